import type { PerMessageDeflateOptions } from '../../transport/transport.js';
import type { Backoff } from '../api/dialer.js';
import type { Limits, Liveness } from '../api/limits.js';
import { LIMITS_ELSEWHERE, type LimitLevel } from './limit-levels.js';
import { checkFunction, checkNumber, type NumberRule, nameOf, readOptions, show, wrongOption } from './option-rules.js';

export { resolveHeaders, resolveProtocols, resolveUrl } from './handshake-options.js';

/** What `ws` can count to. */
const INT_32_MAX = 2 ** 31 - 1;

export const count: NumberRule = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  isWhole: true,
  allowed: 'whole numbers from 1 on, and Infinity',
};
export const size: NumberRule = {
  least: 1,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: true,
  allowed: 'whole numbers from 1 on',
};
const int32: NumberRule = {
  least: 1,
  most: INT_32_MAX,
  isWhole: true,
  allowed: `whole numbers from 1 to ${INT_32_MAX}`,
};
export const ms: NumberRule = {
  least: 0,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: false,
  isAbove: true,
  allowed: 'numbers of ms above 0',
};
export const msOrNever: NumberRule = {
  ...ms,
  most: Number.POSITIVE_INFINITY,
  allowed: 'numbers of ms above 0, and Infinity',
};
const msOrNone: NumberRule = { ...ms, isAbove: false, allowed: 'numbers of ms from 0 on' };

export type Rules<T> = { readonly [Key in keyof T]-?: NumberRule };

/** Defaults of `limits`. */
export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxConnections: 100_000,
  maxTotalBufferedBytes: 256 * 1024 * 1024,
  maxConnectionsPerAddress: 1_000,
  maxConnectionsPerIdentity: 100,
  maxLagMs: 1_000,
  maxMemoryShare: 0.9,
  maxHandshakes: 1_000,
  maxHandshakesPerAddress: 100,
  maxPayloadBytes: 1024 * 1024,
  maxFragments: 65_536,
  frameWithinMs: 60_000,
  maxMessagesPerSecond: 100_000,
  maxBytesPerSecond: 128 * 1024 * 1024,
  throttledWithinMs: 10_000,
  openWithinMs: 10_000,
  readyWithinMs: 10_000,
  authenticateWithinMs: 10_000,
  closeWithinMs: 5_000,
  idleWithinMs: Number.POSITIVE_INFINITY,
  quietWithinMs: Number.POSITIVE_INFINITY,
  pausedWithinMs: 60_000,
  readAheadBytes: 64 * 1024,
  highWaterMark: 64 * 1024,
  maxBufferedBytes: 4 * 1024 * 1024,
  slowPeer: 'close',
});

/** Every opening and closing has its deadline: those cannot be `Infinity`. */
const LIMIT_RULES: Rules<Omit<Limits, 'slowPeer'>> = {
  maxConnections: count,
  maxTotalBufferedBytes: count,
  maxConnectionsPerAddress: count,
  maxConnectionsPerIdentity: count,
  maxLagMs: msOrNever,
  maxMemoryShare: { least: 0, most: 1, isWhole: false, isAbove: true, allowed: 'numbers above 0, up to 1' },
  maxHandshakes: count,
  maxHandshakesPerAddress: count,
  maxPayloadBytes: int32,
  maxFragments: int32,
  frameWithinMs: msOrNever,
  maxMessagesPerSecond: count,
  maxBytesPerSecond: count,
  throttledWithinMs: msOrNever,
  openWithinMs: ms,
  readyWithinMs: ms,
  authenticateWithinMs: ms,
  closeWithinMs: ms,
  idleWithinMs: msOrNever,
  quietWithinMs: msOrNever,
  pausedWithinMs: msOrNever,
  readAheadBytes: size,
  highWaterMark: size,
  maxBufferedBytes: count,
};

const SLOW_PEER_POLICIES = ['close', 'drop-newest'] as const satisfies readonly Limits['slowPeer'][];

/** Defaults of `liveness`. */
export const DEFAULT_LIVENESS: Liveness = Object.freeze({ pingEveryMs: 30_000, answerWithinMs: 10_000 });

const LIVENESS_RULES: Rules<Omit<Liveness, 'ping' | 'isPong'>> = { pingEveryMs: ms, answerWithinMs: ms };

/** Defaults of `backoff`. */
export const DEFAULT_BACKOFF: Backoff = Object.freeze({
  initialMs: 500,
  maxMs: 30_000,
  factor: 2,
  stableAfterMs: 10_000,
  firstWithinMs: 5_000,
  maxAdviceMs: 60 * 60 * 1000,
});

const BACKOFF_RULES: Rules<Backoff> = {
  initialMs: ms,
  maxMs: ms,
  factor: { least: 1, most: Number.MAX_SAFE_INTEGER, isWhole: false, allowed: 'numbers from 1 on' },
  stableAfterMs: msOrNone,
  firstWithinMs: msOrNone,
  maxAdviceMs: { ...msOrNone, most: Number.POSITIVE_INFINITY, allowed: 'numbers of ms from 0 on, and Infinity' },
};

const DEFLATE_RULES: Rules<PerMessageDeflateOptions> = {
  threshold: { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true, allowed: 'whole numbers of bytes from 0 on' },
  level: { least: 0, most: 9, isWhole: true, allowed: 'whole numbers from 0 to 9' },
};

/** Checks the numbers among options that were read; those that are `undefined` are left out. */
export function checkNumbers<T>(options: Partial<T>, rules: Rules<T>, where: string): Partial<T> {
  const keys = namesOf(rules).filter((key) => options[key] !== undefined);
  return Object.fromEntries(
    keys.map((key) => [key, checkNumber(options[key], rules[key], nameOf(where, key))]),
  ) as Partial<T>;
}

export function namesOf<T>(rules: Rules<T>): (keyof T & string)[] {
  return Object.keys(rules) as (keyof T & string)[];
}

/** Checks options that are all numbers. @throws {OptionError} for an unknown or wrong one. */
export function resolveNumbers<T extends object>(given: Partial<T>, rules: Rules<T>, where: string): Partial<T> {
  return checkNumbers(readOptions<Partial<T>>(given, namesOf(rules), where), rules, where);
}

/**
 * Lays the limits given over a base.
 *
 * @throws {OptionError} for an unknown or wrong limit, for one that this level does not take, and when `highWaterMark`
 *   would be above `maxBufferedBytes`.
 */
export function resolveLimits(
  given: Partial<Limits> | undefined,
  base: Limits,
  where: string,
  level: LimitLevel = 'supervisor',
): Limits {
  if (given === undefined) return base;
  const options = readOptions(given, [...namesOf(LIMIT_RULES), 'slowPeer'], where);
  for (const [key, calls] of Object.entries(LIMITS_ELSEWHERE[level])) {
    if (key in options) throw wrongOption(nameOf(where, key), `is no limit of a ${level}; give it to ${calls} instead`);
  }
  const { slowPeer = base.slowPeer } = options;
  if (!SLOW_PEER_POLICIES.includes(slowPeer)) {
    const allowed = SLOW_PEER_POLICIES.map(show).join(' and ');
    throw wrongOption(nameOf(where, 'slowPeer'), `is ${show(slowPeer)}; allowed are ${allowed}`);
  }
  const limits = { ...base, ...checkNumbers(options, LIMIT_RULES, where), slowPeer };
  if (limits.highWaterMark > limits.maxBufferedBytes) {
    const { highWaterMark, maxBufferedBytes } = limits;
    throw wrongOption(
      nameOf(where, 'highWaterMark'),
      `is ${highWaterMark}; allowed are whole numbers up to maxBufferedBytes, which is ${maxBufferedBytes}`,
    );
  }
  return limits;
}

/**
 * Lays the liveness settings given over a base, or over the defaults if the base is `false`; `false` sends no Pings.
 *
 * @throws {OptionError} for an unknown or wrong setting.
 */
export function resolveLiveness(
  given: Partial<Liveness> | false | undefined,
  base: Liveness | false,
  where: string,
): Liveness | false {
  if (given === undefined) return base;
  if (given === false) return false;
  if (typeof given !== 'object') throw wrongOption(where, `is ${show(given)}; allowed are false and an object`);
  const options = readOptions(given, [...namesOf(LIVENESS_RULES), 'ping', 'isPong'], where);
  const { ping, isPong } = options;
  for (const [name, value] of Object.entries({ ping, isPong }))
    if (value !== undefined) checkFunction(value, nameOf(where, name));
  const liveness = {
    ...(base === false ? DEFAULT_LIVENESS : base),
    ...checkNumbers(options, LIVENESS_RULES, where),
    ...(ping === undefined ? {} : { ping }),
    ...(isPong === undefined ? {} : { isPong }),
  };
  if ((liveness.ping === undefined) !== (liveness.isPong === undefined)) {
    const [there, lacking] = liveness.ping === undefined ? ['isPong', 'ping'] : ['ping', 'isPong'];
    throw wrongOption(nameOf(where, there), `is given without ${lacking}; give both, or neither`);
  }
  return liveness;
}

/**
 * Lays the backoff given over the defaults.
 *
 * @throws {OptionError} for an unknown or wrong setting.
 */
export function resolveBackoff(given: Partial<Backoff> | undefined, where: string): Backoff {
  if (given === undefined) return DEFAULT_BACKOFF;
  return { ...DEFAULT_BACKOFF, ...resolveNumbers(given, BACKOFF_RULES, where) };
}

/** @throws {OptionError} for anything but a boolean or permessage-deflate's settings. */
export function resolvePerMessageDeflate(
  given: boolean | PerMessageDeflateOptions | undefined,
  where: string,
): boolean | PerMessageDeflateOptions {
  if (given === undefined || typeof given === 'boolean') return given ?? false;
  if (typeof given !== 'object') throw wrongOption(where, `is ${show(given)}; allowed are true, false, and an object`);
  return resolveNumbers(given, DEFLATE_RULES, where);
}
