/** Longer delays are no advice. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** Room in a Close frame for the reason (RFC 6455 section 5.5). */
const MAX_REASON_BYTES = 123;

/**
 * A whole number of its own (no lookbehind: older browsers cannot read it): neither `xretry-after-ms=1` nor
 * `retry-after-ms=1.5` nor `retry-after-ms=1s`.
 */
const ADVICE = /(?:^|[^\w-])retry-after-ms=(\d{1,8})(?!\w|[.,]\d)/g;

/**
 * Reads the reconnect delay out of a Close reason such as `restarting; retry-after-ms=8123`; the last one, if there are
 * several. A page bundles it from `wirekeeper/reconnect`, which imports nothing.
 *
 * @returns ms, from 0 to 24 hours; `undefined` when there is no advice, or none that makes sense, and for what is no
 * text.
 */
export function reconnectDelayOf(reason: string): number | undefined {
  if (typeof reason !== 'string') return undefined;
  const ms = Number([...reason.matchAll(ADVICE)].at(-1)?.[1]);
  return ms <= LONGEST_MS ? ms : undefined;
}

/**
 * Adds a reconnect delay to a Close reason. The whole is at most 123 bytes of UTF-8: the reason is cut at a character's
 * boundary to leave room.
 *
 * @param ms is rounded, and brought to between 0 and 24 hours.
 * @throws {RangeError} when `ms` is not a number, or `reason` not a text.
 */
export function withReconnectDelay(reason: string, ms: number): string {
  if (typeof ms !== 'number' || Number.isNaN(ms))
    throw new RangeError('withReconnectDelay: the delay must be a number of milliseconds.');
  if (typeof reason !== 'string') throw new RangeError('withReconnectDelay: the reason must be a text.');
  const advice = `retry-after-ms=${Math.min(LONGEST_MS, Math.max(0, Math.round(ms)))}`;
  if (reason === '') return advice;
  const room = new Uint8Array(MAX_REASON_BYTES - advice.length - 2);
  const { read } = new TextEncoder().encodeInto(reason, room);
  return `${reason.slice(0, read)}; ${advice}`;
}
