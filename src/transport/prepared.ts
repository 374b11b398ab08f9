import { OptionError } from './errors.js';
import type { PreparedFrame, Sendable } from './frame.js';
import { BINARY, frameOf, TEXT } from './ws/framing.js';

/**
 * Frames a message once, to be sent to many connections: accepted ones send the very same bytes, dialed ones mask a copy
 * of their own (RFC 6455 section 5.3).
 *
 * Accepted connections with permessage-deflate send it compressed from their `threshold` on. It is compressed when the first
 * of them sends it, once for all that have the same level and window size, and the result is kept as long as the prepared
 * frame. Up to 16 KiB that is done within `send`; a longer one is compressed in the background, and what a connection sends
 * behind it waits for it.
 *
 * @param data a string is text, bytes are binary, a frame is what it was. Bytes are copied.
 * @throws {OptionError} for anything else.
 */
export function prepare(data: Sendable): PreparedFrame {
  const isText = typeof data === 'string';
  const isFrame = !isText && !(data instanceof Uint8Array);
  if (isFrame && !(data?.data instanceof Uint8Array)) throw notSendable(data);
  const payload = isText ? Buffer.from(data) : isFrame ? data.data : data;
  const isBinary = isFrame ? data.isBinary : !isText;
  const framed = frameOf(isBinary ? BINARY : TEXT, payload, false);
  return { data: framed.subarray(framed.length - payload.length), isBinary, framed, payloadBytes: payload.length };
}

/** The error for something that cannot be sent. */
export function notSendable(data: unknown): OptionError {
  const what = data === null ? 'null' : Array.isArray(data) ? 'an array' : typeof data;
  return new OptionError(`send: ${what} cannot be sent; allowed are a string, a Uint8Array, a frame, and a prepared frame.`);
}
