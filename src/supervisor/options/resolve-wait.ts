import type { WaitOptions } from '../api/connection.js';
import { checkNumber, checkSignal, isInstance, type NumberRule, readOptions, wrongOption } from './option-rules.js';

const WAIT_MS: NumberRule = {
  least: 0,
  most: Number.POSITIVE_INFINITY,
  isWhole: false,
  allowed: 'numbers of ms from 0 on, and Infinity',
};

/**
 * Checks the options of a wait.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed; for a bare signal, with what to write.
 */
export function resolveWait(given: WaitOptions, where: string): WaitOptions {
  if (isInstance(given, AbortSignal))
    throw wrongOption(`${where}: options`, `is an AbortSignal; it must be an object of options: ${where}({ signal })`);
  const options = readOptions(given, ['signal', 'withinMs'], where);
  checkSignal(options.signal, `${where}: signal`);
  if (options.withinMs !== undefined) checkNumber(options.withinMs, WAIT_MS, `${where}: withinMs`);
  return options;
}
