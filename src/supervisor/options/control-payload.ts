import { isInstance, show, wrongOption } from './option-rules.js';

/** The most that a control frame carries, in bytes (RFC 6455 section 5.5). */
const MAX_BYTES = 125;

/**
 * Checks the payload of a Ping or Pong.
 *
 * @returns a copy of it; of a text its UTF-8.
 * @throws {OptionError} for anything but a text or bytes, for too many, and for bytes whose memory was transferred.
 */
export function controlPayload(given: unknown, where: string): Buffer {
  const bytes = copyOf(given);
  if (bytes === undefined) throw wrongOption(where, `is ${show(given)}; it must be a text or a Uint8Array`);
  if (bytes.length > MAX_BYTES)
    throw wrongOption(where, `has ${bytes.length} bytes; at most ${MAX_BYTES} fit into a control frame`);
  return bytes;
}

function copyOf(given: unknown): Buffer | undefined {
  if (typeof given === 'string') return Buffer.from(given);
  if (!isInstance(given, Uint8Array)) return undefined;
  try {
    // Throws for a proxy, and for memory that was transferred.
    return Buffer.from(new Uint8Array(given.buffer, given.byteOffset, given.length));
  } catch {
    return undefined;
  }
}
