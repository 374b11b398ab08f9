import { checkClose } from '../../transport/close-code.js';
import type { CloseFrame } from '../../transport/close-report.js';
import { LONGEST_TIMER_MS } from '../api/clock.js';
import type { DrainOptions, StopOptions } from '../api/drain.js';
import {
  checkFunction,
  checkNumber,
  checkSignal,
  type NumberRule,
  readOptions,
  wrongOption,
} from '../options/option-rules.js';

/** The options of a drain, checked, with defaults for those not given. */
export interface DrainSettings {
  readonly notReadyFirstMs: number;
  readonly finishFirstMs: number;
  readonly spreadMs: number;
  readonly withinMs: number;
  readonly adviseReconnectMs: number;
  readonly code: number;
  readonly reason: string;
  readonly where: DrainOptions['where'];
  readonly share: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the drain picks some connections, and the supervisor runs on. */
  readonly isPartial: boolean;
}

/** Defaults of `drain`. */
const DEFAULT_DRAIN = Object.freeze({
  notReadyFirstMs: 0,
  finishFirstMs: 0,
  spreadMs: 10_000,
  adviseReconnectMs: 5_000,
  code: 1012,
  reason: '',
});

/** Time for closing handshakes after the last Close, in ms: twice the default of `closeWithinMs`. */
const LAST_CLOSE_WITHIN_MS = 10_000;

const msOrNone: NumberRule = {
  least: 0,
  most: LONGEST_TIMER_MS,
  isWhole: false,
  allowed: `numbers of ms from 0 to ${LONGEST_TIMER_MS}`,
};
const part: NumberRule = { least: 0, most: 1, isWhole: false, isAbove: true, allowed: 'numbers above 0, up to 1' };

const TIMES = ['notReadyFirstMs', 'finishFirstMs', 'spreadMs', 'adviseReconnectMs'] as const;
const KEYS = [
  ...TIMES,
  'withinMs',
  'code',
  'reason',
  'where',
  'share',
  'signal',
] as const satisfies readonly (keyof DrainOptions)[];

/**
 * Checks the options of a drain rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed; {CloseFrameError} for a code or reason
 *   that may not be sent.
 */
export function resolveDrain(given: DrainOptions): DrainSettings {
  const options = readOptions(given, KEYS, 'drain');
  const { code = DEFAULT_DRAIN.code, reason = DEFAULT_DRAIN.reason, where, share, signal } = options;
  const isPartial = where !== undefined || share !== undefined;
  const [notReadyFirstMs, finishFirstMs, spreadMs, adviseReconnectMs] = TIMES.map((key) =>
    options[key] === undefined ? DEFAULT_DRAIN[key] : checkNumber(options[key], msOrNone, `drain: ${key}`),
  ) as [number, number, number, number];
  checkSignal(signal, 'drain: signal');
  if (where !== undefined) checkFunction(where, 'drain: where');
  checkClose(code, reason, 'accepted', 'drain');
  if (isPartial && notReadyFirstMs > 0) {
    throw wrongOption(
      'drain: notReadyFirstMs',
      `is ${notReadyFirstMs}; with where or share it must be 0: the supervisor stays ready`,
    );
  }
  const lastCloseMs = notReadyFirstMs + finishFirstMs + spreadMs;
  return {
    notReadyFirstMs,
    finishFirstMs,
    spreadMs,
    withinMs: resolveWithin(options.withinMs, lastCloseMs),
    adviseReconnectMs,
    code,
    reason,
    where,
    share: share === undefined ? 1 : checkNumber(share, part, 'drain: share'),
    signal,
    isPartial,
  };
}

/** @throws {OptionError} when connections would be terminated before their turn to be closed has come. */
function resolveWithin(given: number | undefined, lastCloseMs: number): number {
  if (given === undefined) return lastCloseMs + LAST_CLOSE_WITHIN_MS;
  if (given === Number.POSITIVE_INFINITY) return given;
  const withinMs = checkNumber(given, { ...msOrNone, allowed: `${msOrNone.allowed}, and Infinity` }, 'drain: withinMs');
  if (withinMs < lastCloseMs) {
    const least = `notReadyFirstMs + finishFirstMs + spreadMs, which is ${lastCloseMs}`;
    throw wrongOption('drain: withinMs', `is ${withinMs}; it must be at least ${least}`);
  }
  return withinMs;
}

/**
 * Checks the code and reason with which a stop closes accepted connections.
 *
 * @throws {OptionError} for an unknown option; {CloseFrameError} for a code or reason that may not be sent.
 */
export function resolveStop(given: StopOptions): CloseFrame {
  const { code = 1001, reason = '' } = readOptions(given, ['code', 'reason'], 'stop');
  checkClose(code, reason, 'accepted', 'stop');
  return { code, reason };
}
