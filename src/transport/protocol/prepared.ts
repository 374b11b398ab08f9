import type { OptionError } from '../errors.js';
import { DataFrame, type Frame, type PreparedFrame, type Sendable } from '../frame.js';
import { wrongOption } from '../wrong-option.js';
import { BINARY, frameOf, TEXT } from './framing.js';

/**
 * Frames a message once, to be sent to many connections: accepted ones send the very same bytes, dialed ones mask a
 * copy of their own (RFC 6455 section 5.3).
 *
 * Accepted connections with permessage-deflate send it compressed from their `threshold` on. It is compressed when the
 * first of them sends it, once for all that have the same level and window size, and the result is kept as long as the
 * prepared frame. Up to 16 KiB that is done within `send`; a longer one is compressed in the background, and what a
 * connection sends behind it waits for it.
 *
 * @param data a string is text, bytes are binary, a frame is what it was. Bytes are copied.
 * @throws {OptionError} for anything else.
 */
export function prepare(data: Sendable): PreparedFrame {
  const payload = typeof data === 'string' ? Buffer.from(data) : bytesOf(data);
  const isBinary = typeof data === 'object' && (isFrame(data) ? data.isBinary : true);
  return new Prepared(frameOf(isBinary ? BINARY : TEXT, payload, false), payload.length, isBinary);
}

class Prepared extends DataFrame implements PreparedFrame {
  readonly framed: Buffer;
  readonly payloadBytes: number;

  constructor(framed: Buffer, payloadBytes: number, isBinary: boolean) {
    super(framed.subarray(framed.length - payloadBytes), isBinary);
    this.framed = framed;
    this.payloadBytes = payloadBytes;
  }
}

/** Whether a message is framed already; also by another copy of this package. */
export function isPrepared(data: Sendable): data is PreparedFrame {
  try {
    return typeof data === 'object' && 'framed' in data && isFrame(data);
  } catch {
    return false;
  }
}

/**
 * The bytes of a message that is no string.
 *
 * @throws {OptionError} for anything but bytes and frames, at the call: a message that nobody meant must not go out.
 */
export function bytesOf(data: Exclude<Sendable, string>): Uint8Array {
  try {
    // What the package has made itself needs no check.
    if (data instanceof DataFrame) return data.data;
    if (data instanceof Uint8Array) return present(data);
    if (isFrame(data)) return present(data.data);
  } catch {
    // A proxy, or a getter that throws.
  }
  throw notSendable(data);
}

function isFrame(data: Exclude<Sendable, string>): data is Pick<Frame, 'data' | 'isBinary'> {
  if (data instanceof Uint8Array || !(data?.data instanceof Uint8Array) || typeof data.isBinary !== 'boolean')
    return false;
  return !('framed' in data) || data.framed instanceof Uint8Array;
}

/**
 * Bytes that are there: those whose memory was transferred elsewhere have length 0, and would go out as an empty
 * message.
 */
function present(bytes: Uint8Array): Uint8Array {
  // Throws if it was transferred.
  if (bytes.length === 0) void new Uint8Array(bytes.buffer);
  return bytes;
}

/** The error for something that cannot be sent. */
export function notSendable(data: unknown): OptionError {
  return wrongOption(
    'send: data',
    `is ${kindOf(data)}; allowed are a string, a Uint8Array, a frame, and a prepared frame`,
  );
}

function kindOf(data: unknown): string {
  if (data === undefined || data === null) return String(data);
  if (typeof data !== 'object') return `a ${typeof data}`;
  const known = KINDS.find(([is]) => {
    try {
      return is(data);
    } catch {
      return false;
    }
  });
  return known?.[1] ?? 'an object';
}

/** What is often meant to be sent, and what is missing then. */
const KINDS: readonly (readonly [is: (data: object) => boolean, name: string])[] = [
  [(data) => Array.isArray(data), 'an array'],
  [(data) => data instanceof Promise, 'a promise (await it)'],
  [
    (data) => data instanceof ArrayBuffer || data instanceof SharedArrayBuffer,
    'an ArrayBuffer (wrap it: new Uint8Array(buffer))',
  ],
  [(data) => data instanceof Uint8Array, 'a Uint8Array whose memory was transferred'],
  [(data) => ArrayBuffer.isView(data), 'a view other than a Uint8Array'],
  [(data) => data instanceof Blob, 'a Blob (await its bytes)'],
  [(data) => 'data' in data && data.data instanceof Uint8Array, 'a frame without isBinary'],
];
