/** Longer delays are no advice. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** Room in a Close frame for the reason (RFC 6455 section 5.5). */
const MAX_REASON_BYTES = 123;

/**
 * Reads the reconnect delay out of a Close reason such as `restarting; retry-after-ms=8123`. It needs nothing of Node, so
 * that browsers can use it.
 *
 * @returns ms, from 0 to 24 hours; `undefined` when there is no advice, or none that makes sense.
 */
export function adviceOf(reason: string): number | undefined {
  const found = /(?:^|[^\w-])retry-after-ms=(\d{1,9})(?!\w)/.exec(reason);
  const ms = found === null ? Number.NaN : Number(found[1]);
  return ms <= LONGEST_MS ? ms : undefined;
}

/** Adds a reconnect delay in ms to a Close reason, which is cut at a character's boundary to leave room for it. */
export function withAdvice(reason: string, ms: number): string {
  const advice = `retry-after-ms=${Math.min(LONGEST_MS, Math.max(0, Math.round(ms)))}`;
  if (reason === '') return advice;
  const room = MAX_REASON_BYTES - advice.length - 2;
  const encoder = new TextEncoder();
  let cut = '';
  let bytes = 0;
  for (const character of reason) {
    bytes += encoder.encode(character).length;
    if (bytes > room) break;
    cut += character;
  }
  return `${cut}; ${advice}`;
}
