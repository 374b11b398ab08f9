import { randomBytes } from 'node:crypto';

/** Opcodes of RFC 6455 section 5.2. */
export const opcodes = Object.freeze({ text: 1, binary: 2, close: 8, ping: 9, pong: 10 });

const FINAL = 0x80;
const COMPRESSED = 0x40;
const MASKED = 0x80;

/**
 * Builds one whole client frame: final, masked with a key of its own (RFC 6455 section 5.3).
 *
 * @param {number} opcode
 * @param {Uint8Array} payload
 * @param {boolean} [isCompressed] sets RSV1 (RFC 7692 section 6)
 */
export function maskedFrame(opcode, payload, isCompressed = false) {
  const first = FINAL | (isCompressed ? COMPRESSED : 0) | opcode;
  const head = Buffer.concat([Buffer.from([first]), lengthField(payload.length)]);
  head[1] |= MASKED;
  const key = randomBytes(4);
  const body = Buffer.alloc(payload.length);
  for (let at = 0; at < body.length; at += 1) body[at] = payload[at] ^ key[at & 3];
  return Buffer.concat([head, key, body]);
}

/** Builds one whole server frame: final and unmasked. */
export function serverFrame(opcode, payload) {
  return Buffer.concat([Buffer.from([FINAL | opcode]), lengthField(payload.length), payload]);
}

/** The 7, 16, or 64 bit payload length of RFC 6455 section 5.2. */
function lengthField(length) {
  if (length < 126) return Buffer.from([length]);
  if (length < 65_536) return Buffer.from([126, length >> 8, length & 0xff]);
  const field = Buffer.alloc(9);
  field[0] = 127;
  field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}

/** A masked Close with a code and no reason. */
export function closeFrame(code) {
  return maskedFrame(opcodes.close, Buffer.from([code >> 8, code & 0xff]));
}

/**
 * Reads the first whole unmasked frame of `bytes`; `undefined` while it is incomplete. For checks, not for the hot
 * path.
 *
 * @returns {{ opcode: number, isCompressed: boolean, payload: Buffer, size: number } | undefined}
 */
export function readServerFrame(bytes) {
  if (bytes.length < 2) return undefined;
  const short = bytes[1] & 0x7f;
  const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < headLength) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const size = headLength + length;
  if (bytes.length < size) return undefined;
  return {
    opcode: bytes[0] & 0x0f,
    isCompressed: (bytes[0] & COMPRESSED) !== 0,
    payload: bytes.subarray(headLength, size),
    size,
  };
}
