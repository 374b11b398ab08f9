import { pages } from '../../protocol/pages.js';
import { applyKeyBefore, unmaskedCopy } from '../../protocol/unmask.js';

/**
 * Whether bytes are those of the read page: the next socket that is read overwrites them. Others belong to their
 * reader.
 */
export function isLent(bytes: Buffer): boolean {
  return bytes === pages().read;
}

/** Some bytes, to be kept: a copy of lent ones, a view of others. */
export function kept(bytes: Buffer, from: number, to: number): Buffer {
  if (!isLent(bytes)) return bytes.subarray(from, to);
  const copy = Buffer.allocUnsafe(to - from);
  copy.set(bytes.subarray(from, to));
  return copy;
}

/** The payload of a frame, to be kept and unmasked: a copy of lent bytes; others are unmasked where they are. */
export function payloadOf(bytes: Buffer, from: number, to: number, isMasked: boolean): Buffer {
  if (!isMasked) return kept(bytes, from, to);
  if (isLent(bytes)) return unmaskedCopy(from, to);
  applyKeyBefore(bytes, from, to);
  return bytes.subarray(from, to);
}

/** Masks a payload again that `payloadOf` has unmasked where it was. */
export function restore(bytes: Buffer, from: number, to: number, isMasked: boolean): void {
  if (isMasked && !isLent(bytes)) applyKeyBefore(bytes, from, to);
}
