import { BINARY, CLOSE, CONTINUATION, PONG } from './framing.js';
import { isCompressedStart } from './payload-rules.js';

/**
 * The whole length of the frame at `at`, by its header (RFC 6455 section 5.2); 0 if the header is not whole before
 * `end`, -1 if only ws's receiver can judge it, since something is wrong with it.
 *
 * @param room payload bytes that the message may still have.
 */
export function frameLength(
  bytes: Buffer,
  at: number,
  end: number,
  isServer: boolean,
  mayBeCompressed: boolean,
  isFragmented: boolean,
  room: number,
): number {
  if (end - at < 2) return 0;
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0 && !(mayBeCompressed && isCompressedStart(first))) return -1;
  if (((second & 0x80) !== 0) !== isServer) return -1;
  let payload = second & 0x7f;
  let header = 2;
  if (opcode >= CLOSE) {
    if (first < 0x80 || payload > 125 || opcode > PONG || (payload === 1 && opcode === CLOSE)) return -1;
  } else if (opcode > BINARY || (opcode === CONTINUATION) !== isFragmented) {
    return -1;
  } else if (payload === 126) {
    if (end - at < 4) return 0;
    payload = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    header = 4;
  } else if (payload === 127) {
    if (end - at < 10) return 0;
    payload = bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
    header = 10;
  }
  if (opcode < CLOSE && payload > room) return -1;
  return header + (isServer ? 4 : 0) + payload;
}

/** How long the header of the frame at `at` is, by its first two bytes, with its key. */
export function headerLength(bytes: Buffer, at: number, isMasked: boolean): number {
  const size = (bytes[at + 1] as number) & 0x7f;
  return (size < 126 ? 2 : size === 126 ? 4 : 10) + (isMasked ? 4 : 0);
}
