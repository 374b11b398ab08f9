import { lengthBytes, maskPayload, writeHeader } from '../../protocol/framing.js';

/**
 * One buffer in which small frames of a tick are joined before they are written. All wires share it, since as a rule
 * one wire at a time writes; the owner gives it up when it has written.
 */
export const SCRATCH_BYTES = 64 * 1024;

interface Scratch {
  buffer: Buffer;
  used: number;
  owner: object | undefined;
}

export const scratch: Scratch = { buffer: Buffer.allocUnsafeSlow(SCRATCH_BYTES), used: 0, owner: undefined };

/**
 * Views of so many first bytes of the buffer are kept: most writes are as short, and a view is an allocation for each.
 */
const LONGEST_VIEW_KEPT = 512;
let views: Buffer[] = [];

/** What is in the buffer. */
export function scratchBytes(): Buffer {
  const { buffer, used } = scratch;
  if (used > LONGEST_VIEW_KEPT) return buffer.subarray(0, used);
  return (views[used] ??= buffer.subarray(0, used));
}

/** Frees the buffer for the next owner. */
export function releaseScratch(): void {
  scratch.owner = undefined;
  scratch.used = 0;
}

/** Leaves the buffer to whoever still reads from it, and takes a new one. */
export function replaceScratch(): void {
  scratch.buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  views = [];
  releaseScratch();
}

/** Frames bytes into the buffer, which has room for them. */
export function putBytes(flags: number, data: Uint8Array, isMasked: boolean): void {
  const { buffer, used } = scratch;
  const at = writeHeader(buffer, used, flags, data.length, isMasked ? 0x80 : 0);
  const from = isMasked ? at + 4 : at;
  buffer.set(data, from);
  if (isMasked) maskPayload(buffer, at, data.length);
  scratch.used = from + data.length;
}

/** Frames a text into the buffer, which has room for three bytes for each of its UTF-16 units; returns its bytes. */
export function putText(flags: number, text: string, isMasked: boolean): number {
  const { buffer, used } = scratch;
  const key = isMasked ? 4 : 0;
  // As a rule one byte a unit: the payload is written where it then belongs, and moved if that was wrong.
  const guess = used + lengthBytes(text.length) + key;
  const bytes = buffer.write(text, guess);
  const from = used + lengthBytes(bytes) + key;
  if (from !== guess) buffer.copyWithin(from, guess, guess + bytes);
  const at = writeHeader(buffer, used, flags, bytes, isMasked ? 0x80 : 0);
  if (isMasked) maskPayload(buffer, at, bytes);
  scratch.used = from + bytes;
  return bytes;
}
