import { outsideMemory } from '../../protocol/outside-memory.js';
import { pages } from '../../protocol/pages.js';
import { applyKeyBefore, unmaskedCopy } from '../../protocol/unmask.js';
import { viewOf } from '../../protocol/view.js';

/**
 * Whether bytes are those of the shared read page, which the next read of any socket overwrites. All other buffers
 * belong to their reader.
 */
export function isSharedPage(bytes: Buffer): boolean {
  return bytes === pages().read;
}

/** Part of some bytes, to be kept: a copy if they are in the shared page, a view if not. */
export function ownedSlice(bytes: Buffer, from: number, to: number): Buffer {
  if (!isSharedPage(bytes)) return viewOf(bytes, from, to);
  const copy = outsideMemory.take(to - from);
  copy.set(bytes.subarray(from, to));
  return copy;
}

/** The unmasked payload of a frame, to be kept: a copy if it is in the shared page, unmasked in place if not. */
export function payloadOf(bytes: Buffer, from: number, to: number, isMasked: boolean): Buffer {
  if (!isMasked) return ownedSlice(bytes, from, to);
  if (isSharedPage(bytes)) return unmaskedCopy(from, to);
  applyKeyBefore(bytes, from, to);
  return viewOf(bytes, from, to);
}

/**
 * A whole frame as it came, from `at` on: masked again if `payloadOf` has unmasked its payload in place, which begins
 * at `from`; a copy if it is in the shared page.
 */
export function restored(bytes: Buffer, at: number, from: number, to: number, isMasked: boolean): Buffer {
  if (isMasked && !isSharedPage(bytes)) applyKeyBefore(bytes, from, to);
  return ownedSlice(bytes, at, to);
}
