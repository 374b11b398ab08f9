import type { DialLimit } from '../api/limits.js';
import { type NumberRule, nameOf, readList, readOptions, wrongOption } from './option-rules.js';
import { checkNumbers, count, ms, namesOf, type Rules, resolveNumbers, size } from './options.js';

const rate: NumberRule = {
  least: 0,
  most: Number.POSITIVE_INFINITY,
  isWhole: false,
  isAbove: true,
  allowed: 'numbers above 0, and Infinity',
};

/** Defaults of `dialLimiter`. */
export const DEFAULT_DIAL_LIMIT: DialLimit = Object.freeze({ inFlight: 100, perSecond: 200, windows: [] });

const DIAL_LIMIT_RULES: Rules<Omit<DialLimit, 'windows'>> = { inFlight: count, perSecond: rate };

const DIAL_WINDOW_RULES: Rules<DialLimit['windows'][number]> = { count: size, perMs: ms };

/**
 * Lays the dial limit given over the defaults.
 *
 * @throws {OptionError} for an unknown or wrong setting.
 */
export function resolveDialLimit(given: Partial<DialLimit> | undefined, where: string): DialLimit {
  if (given === undefined) return DEFAULT_DIAL_LIMIT;
  const { windows, ...options } = readOptions(given, [...namesOf(DIAL_LIMIT_RULES), 'windows'], where);
  return {
    ...DEFAULT_DIAL_LIMIT,
    ...checkNumbers(options, DIAL_LIMIT_RULES, where),
    windows: windows === undefined ? [] : resolveDialWindows(windows, nameOf(where, 'windows')),
  };
}

function resolveDialWindows(given: DialLimit['windows'], where: string): DialLimit['windows'] {
  return readList(given, where, 'objects with count and perMs').map((each, index) => {
    const name = `${where}[${index}]`;
    const window = resolveNumbers(each as DialLimit['windows'][number], DIAL_WINDOW_RULES, name);
    for (const key of namesOf(DIAL_WINDOW_RULES))
      if (window[key] === undefined) throw wrongOption(nameOf(name, key), 'is required and must be a number');
    return window as DialLimit['windows'][number];
  });
}
