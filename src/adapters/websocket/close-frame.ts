import { MAX_REASON_BYTES } from '../../transport/close-code.js';
import type { CloseFrame } from '../../transport/close-report.js';
import { clampUnsignedShort, toUsvString } from './conversions.js';

/**
 * Makes a Close frame of the arguments of `close` (https://websockets.spec.whatwg.org/#dom-websocket-close). Without
 * code and reason it is empty, which has code 1005; a reason alone has code 1000.
 *
 * @param isAllowed which codes may be given.
 * @throws {DOMException} an `InvalidAccessError` for another code, a `SyntaxError` for a reason that is too long.
 */
export function closeFrame(code: unknown, reason: unknown, isAllowed: (code: number) => boolean): CloseFrame {
  const given = code === undefined ? undefined : clampUnsignedShort(code);
  const text = reason === undefined ? '' : toUsvString(reason);
  if (given !== undefined && !isAllowed(given))
    throw new DOMException(`close: the code ${given} is not allowed.`, 'InvalidAccessError');
  if (Buffer.byteLength(text) > MAX_REASON_BYTES)
    throw new DOMException(`close: the reason has more than ${MAX_REASON_BYTES} bytes of UTF-8.`, 'SyntaxError');
  return { code: given ?? (text === '' ? 1005 : 1000), reason: text };
}

/** The codes that a client may give, by the specification. */
export function isClientCode(code: number): boolean {
  return code === 1000 || (code >= 3000 && code <= 4999);
}
