import { randomFillSync } from 'node:crypto';
import { applyMask } from './unmask.js';

/** Opcodes (RFC 6455 section 5.2). */
export const CONTINUATION = 0x0;
export const TEXT = 0x1;
export const BINARY = 0x2;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

/** Longest frame header: opcode, length, 64-bit length, masking key. */
export const MAX_HEADER = 14;

/** Header bytes before the masking key for a payload of this many bytes. */
export function lengthBytes(payload: number): 2 | 4 | 10 {
  return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
}

/** Writes a final frame's header without masking key; returns where it ends. `flags` are opcode and RSV bits. */
export function writeHeader(target: Buffer, at: number, flags: number, payload: number, maskBit: 0 | 0x80): number {
  target[at] = 0x80 | flags;
  if (payload < 126) {
    target[at + 1] = maskBit | payload;
    return at + 2;
  }
  if (payload < 65_536) {
    target[at + 1] = maskBit | 126;
    target[at + 2] = payload >> 8;
    target[at + 3] = payload & 0xff;
    return at + 4;
  }
  target[at + 1] = maskBit | 127;
  target.writeUInt32BE(Math.floor(payload / 2 ** 32), at + 2);
  target.writeUInt32BE(payload >>> 0, at + 6);
  return at + 10;
}

/** The header that was made last: messages of a stream are often of one size, and all may share it. */
let lastHeader: Buffer = Buffer.alloc(0);
let lastFlags = -1;
let lastPayload = -1;

/** The header of an unmasked frame, for payloads that are written separately; it must not be changed. */
export function headerOf(flags: number, payload: number): Buffer {
  if (flags !== lastFlags || payload !== lastPayload) {
    lastHeader = Buffer.allocUnsafe(lengthBytes(payload));
    writeHeader(lastHeader, 0, flags, payload, 0);
    lastFlags = flags;
    lastPayload = payload;
  }
  return lastHeader;
}

const KEYS = 2048;
const keys = Buffer.allocUnsafeSlow(KEYS * 4);
let nextKey = KEYS;

/**
 * Writes a fresh unpredictable masking key (RFC 6455 section 5.3) at `at` and masks the payload behind it, in place.
 */
export function maskPayload(target: Buffer, at: number, payload: number): void {
  if (nextKey === KEYS) {
    randomFillSync(keys);
    nextKey = 0;
  }
  const from = nextKey++ * 4;
  const k0 = keys[from] as number;
  const k1 = keys[from + 1] as number;
  const k2 = keys[from + 2] as number;
  const k3 = keys[from + 3] as number;
  target[at] = k0;
  target[at + 1] = k1;
  target[at + 2] = k2;
  target[at + 3] = k3;
  applyMask(target, at + 4, at + 4 + payload, k0, k1, k2, k3);
}

/** Frames one payload in a buffer of its own. */
export function frameOf(flags: number, payload: Uint8Array, isMasked: boolean): Buffer {
  const header = lengthBytes(payload.length) + (isMasked ? 4 : 0);
  const framed = Buffer.allocUnsafe(header + payload.length);
  const at = writeHeader(framed, 0, flags, payload.length, isMasked ? 0x80 : 0);
  framed.set(payload, header);
  if (isMasked) maskPayload(framed, at, payload.length);
  return framed;
}

/** The payload of a Close frame (RFC 6455 section 5.5.1); empty for code 1005. */
export function closePayload(code: number, reason: string): Buffer {
  if (code === 1005) return Buffer.alloc(0);
  const payload = Buffer.allocUnsafe(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return payload;
}

/** An unmasked Ping without payload. */
export const PING_FRAME = frameOf(PING, Buffer.alloc(0), false);
