import { validateHeaderName, validateHeaderValue } from 'node:http';
import { OptionError } from '../transport/errors.js';
import type { PerMessageDeflateOptions } from '../transport/transport.js';
import type { Backoff } from './dialer.js';
import type { Limits, Liveness } from './limits.js';

const KIB = 1024;

/** Limits of a supervisor that was given none. */
export const DEFAULT_LIMITS: Limits = {
  maxConnections: 100_000,
  maxHandshakes: 1000,
  maxPayloadBytes: KIB * KIB,
  maxFragments: 65_536,
  openWithinMs: 10_000,
  authenticateWithinMs: 10_000,
  closeWithinMs: 5000,
  idleWithinMs: Number.POSITIVE_INFINITY,
  pausedWithinMs: 60_000,
  readAheadBytes: 64 * KIB,
  highWaterMark: 64 * KIB,
  maxBufferedBytes: 4 * KIB * KIB,
  slowPeer: 'close',
};

export const DEFAULT_LIVENESS: Liveness = { pingEveryMs: 30_000, answerWithinMs: 10_000 };

export const DEFAULT_BACKOFF: Backoff = { initialMs: 500, maxMs: 30_000, factor: 2, stableAfterMs: 10_000, firstWithinMs: 5000 };

/** A rule for a number: what is allowed, in words, and whether a value is. */
interface Rule {
  readonly allowed: string;
  holds(value: number): boolean;
}

const COUNT: Rule = { allowed: 'positive integers', holds: (value) => Number.isSafeInteger(value) && value > 0 };
const DURATION: Rule = { allowed: 'milliseconds above 0', holds: (value) => value > 0 && value !== Number.POSITIVE_INFINITY };
const DURATION_OR_NEVER: Rule = { allowed: 'milliseconds above 0 and Infinity', holds: (value) => value > 0 };
const DELAY: Rule = { allowed: 'milliseconds from 0', holds: (value) => value >= 0 && value !== Number.POSITIVE_INFINITY };
const FACTOR: Rule = { allowed: 'numbers from 1', holds: (value) => value >= 1 && value !== Number.POSITIVE_INFINITY };

type Rules<T> = { readonly [K in keyof T as T[K] extends number ? K : never]: Rule };

const LIMIT_RULES: Rules<Limits> = {
  maxConnections: COUNT,
  maxHandshakes: COUNT,
  maxPayloadBytes: COUNT,
  maxFragments: COUNT,
  openWithinMs: DURATION,
  authenticateWithinMs: DURATION,
  closeWithinMs: DURATION,
  idleWithinMs: DURATION_OR_NEVER,
  pausedWithinMs: DURATION_OR_NEVER,
  readAheadBytes: COUNT,
  highWaterMark: COUNT,
  maxBufferedBytes: COUNT,
};

const LIVENESS_RULES: Rules<Liveness> = { pingEveryMs: DURATION, answerWithinMs: DURATION };

const BACKOFF_RULES: Rules<Backoff> = { initialMs: DELAY, maxMs: DELAY, factor: FACTOR, stableAfterMs: DELAY, firstWithinMs: DELAY };

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** @throws {OptionError} for a key that is no option, naming those there are. */
export function rejectUnknownKeys(value: object, allowed: readonly string[], where: string): void {
  if (typeof value !== 'object' || value === null) throw new OptionError(`${where}: ${shown(value)} is no object of options; allowed are ${allowed.join(', ')}.`);
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown !== undefined) throw new OptionError(`${where}: ${JSON.stringify(unknown)} is no option; allowed are ${allowed.join(', ')}.`);
}

/** Lays what is given over a base, each number checked by its rule. Neither is changed. */
function overlay<T extends object>(given: Partial<T> | undefined, base: T, rules: Readonly<Record<string, Rule>>, where: string): T {
  if (given === undefined) return base;
  rejectUnknownKeys(given, Object.keys(base), where);
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [key, value] of Object.entries(defined)) {
    const rule = rules[key];
    if (rule !== undefined && (typeof value !== 'number' || !rule.holds(value))) {
      throw new OptionError(`${where}.${key} is ${shown(value)}; allowed are ${rule.allowed}.`);
    }
  }
  return { ...base, ...defined };
}

/** @throws {OptionError} with the limit's name, the value, and what is allowed. */
export function resolveLimits(given: Partial<Limits> | undefined, base: Limits, where: string): Limits {
  const limits = overlay(given, base, LIMIT_RULES, where);
  if (limits.slowPeer !== 'close' && limits.slowPeer !== 'drop-newest') {
    throw new OptionError(`${where}.slowPeer is ${shown(limits.slowPeer)}; allowed are "close" and "drop-newest".`);
  }
  if (limits.highWaterMark > limits.maxBufferedBytes) {
    throw new OptionError(`${where}.highWaterMark is ${limits.highWaterMark}; allowed are at most maxBufferedBytes, ${limits.maxBufferedBytes}.`);
  }
  return limits;
}

/** @throws {OptionError} with the setting's name, the value, and what is allowed. */
export function resolveLiveness(given: Partial<Liveness> | false | undefined, base: Liveness | false, where: string): Liveness | false {
  if (given === undefined) return base;
  return given === false ? false : overlay(given, base === false ? DEFAULT_LIVENESS : base, LIVENESS_RULES, where);
}

/** @throws {OptionError} with the setting's name, the value, and what is allowed. */
export function resolveBackoff(given: Partial<Backoff> | undefined, where: string): Backoff {
  return overlay(given, DEFAULT_BACKOFF, BACKOFF_RULES, where);
}

/** @throws {OptionError} for anything but a boolean or settings of the extension. */
export function resolvePerMessageDeflate(given: boolean | PerMessageDeflateOptions | undefined, where: string): boolean | PerMessageDeflateOptions {
  if (given === undefined || typeof given === 'boolean') return given ?? false;
  rejectUnknownKeys(given, ['threshold', 'level'], where);
  const { threshold = 0, level = 0 } = given;
  if (!Number.isSafeInteger(threshold) || threshold < 0) throw new OptionError(`${where}.threshold is ${shown(threshold)}; allowed are integers from 0.`);
  if (!Number.isInteger(level) || level < 0 || level > 9) throw new OptionError(`${where}.level is ${shown(level)}; allowed are integers from 0 to 9.`);
  return given;
}

/** @throws {OptionError} for anything but an absolute `ws:` or `wss:` URL without a fragment (RFC 6455 section 3). */
export function resolveUrl(given: string | URL, where: string): string {
  const text = String(given);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const allowed = 'allowed are absolute URLs such as "wss://example.com/feed"';
  if (url === undefined) throw new OptionError(`${where} is ${JSON.stringify(text.replace(/\/\/[^/@]*@/, '//'))}, which is no URL; ${allowed}.`);
  const said = JSON.stringify(withoutCredentials(url));
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw new OptionError(`${where} is ${said}, whose scheme is ${url.protocol.slice(0, -1)}; allowed are ws and wss.`);
  if (url.hash !== '' || text.includes('#')) throw new OptionError(`${where} is ${said}, which has a fragment; WebSocket URLs have none.`);
  return url.href;
}

function withoutCredentials(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

/** @throws {OptionError} for anything but a list of distinct tokens (RFC 6455 section 4.1). */
export function resolveProtocols(given: readonly string[], where: string): readonly string[] {
  if (!Array.isArray(given)) throw new OptionError(`${where} is ${shown(given)}; it must be a list of subprotocols.`);
  for (const [i, protocol] of given.entries()) {
    if (typeof protocol !== 'string' || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(protocol)) {
      throw new OptionError(`${where}[${i}] is ${shown(protocol)}; allowed are tokens of letters, digits, and !#$%&'*+-.^_\`|~.`);
    }
    if (given.indexOf(protocol) !== i) throw new OptionError(`${where}[${i}] is ${shown(protocol)} for the second time; subprotocols must be distinct.`);
  }
  return [...given];
}

/** Header fields of the opening handshake that are not the user's. */
const OWN_FIELDS = new Set(['connection', 'upgrade', 'host', 'sec-websocket-key', 'sec-websocket-version', 'sec-websocket-extensions', 'sec-websocket-protocol']);

/** @throws {OptionError} for a name or value that HTTP does not allow, or a field that belongs to the handshake. */
export function resolveHeaders(given: Readonly<Record<string, string>>, where: string): Readonly<Record<string, string>> {
  if (typeof given !== 'object' || given === null) throw new OptionError(`${where} is ${shown(given)}; it must be an object of header fields.`);
  for (const [name, value] of Object.entries(given)) {
    if (OWN_FIELDS.has(name.toLowerCase()) && name.toLowerCase() !== 'host') {
      throw new OptionError(`${where}: ${name} belongs to the opening handshake and may not be given${name.toLowerCase().endsWith('protocol') ? '; use protocols' : ''}.`);
    }
    checkField(name, value, where);
  }
  return { ...given };
}

function checkField(name: string, value: string, where: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new OptionError(`${where}: ${JSON.stringify(name)} has a name or a value that HTTP does not allow; names are tokens, values printable characters.`, { cause });
  }
}
