import { lengthBytes, maskPayload, writeHeader } from '../../protocol/framing.js';
import { takeRoom } from '../../protocol/rooms.js';

/**
 * One buffer in which small frames of a tick are joined before they are written. All outboxes share it, since usually
 * one at a time has something to send; an outbox owns it until it has written it.
 */
export const SCRATCH_BYTES = 64 * 1024;

/** An outbox, as far as the scratch buffer has to do with it. */
export interface ScratchOwner {
  /** Writes what it has in the buffer, which is full; returns whether it could. */
  emptyScratch(): boolean;
}

interface Scratch {
  buffer: Buffer;
  used: number;
  owner: ScratchOwner | undefined;
}

export const scratch: Scratch = { buffer: takeRoom(SCRATCH_BYTES), used: 0, owner: undefined };

/**
 * Views of the first bytes, for each length up to this, are kept: most writes are short, and a view is an allocation.
 */
const LONGEST_VIEW_KEPT = 512;
let views: Buffer[] = [];

/** Makes an outbox the owner of the buffer, with room for this many bytes; returns whether it is. */
export function claimScratch(owner: ScratchOwner, bytes: number): boolean {
  if (bytes > SCRATCH_BYTES) return false;
  if (scratch.owner === owner) {
    if (scratch.used + bytes <= SCRATCH_BYTES) return true;
    if (!owner.emptyScratch()) return false;
  } else if (scratch.owner !== undefined) {
    return false;
  }
  scratch.owner = owner;
  return true;
}

/** The bytes in the buffer. */
export function scratchBytes(): Buffer {
  const { buffer, used } = scratch;
  if (used > LONGEST_VIEW_KEPT) return buffer.subarray(0, used);
  return (views[used] ??= buffer.subarray(0, used));
}

/**
 * Frees the buffer for the next owner.
 *
 * @param isStillRead whether a stream may still read from it: then a new buffer takes its place.
 */
export function freeScratch(isStillRead = false): void {
  if (isStillRead) {
    scratch.buffer = takeRoom(SCRATCH_BYTES);
    views = [];
  }
  scratch.owner = undefined;
  scratch.used = 0;
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
  // Usually one byte a unit: the payload is written where it belongs in that case, and moved if that was wrong.
  const guess = used + lengthBytes(text.length) + key;
  const bytes = buffer.write(text, guess);
  const from = used + lengthBytes(bytes) + key;
  if (from !== guess) buffer.copyWithin(from, guess, guess + bytes);
  const at = writeHeader(buffer, used, flags, bytes, isMasked ? 0x80 : 0);
  if (isMasked) maskPayload(buffer, at, bytes);
  scratch.used = from + bytes;
  return bytes;
}
