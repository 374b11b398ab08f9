import { isUtf8 } from 'node:buffer';
import { headerLength } from '../../protocol/frame-length.js';
import { viewOf } from '../../protocol/view.js';
import { FRAMES_AT_ONCE } from './read-turns.js';

/** The first byte of a text that is one frame and not compressed, and what it is replaced by: ASCII. */
export const WHOLE_TEXT = 0x81;
const ASCII = 0x01;

/** The second byte, at most, if it is the payload's length; and if that is in the next two (RFC 6455 section 5.2). */
const LONGEST_SHORT = 125;
const LENGTH_IN_TWO = 126;
const SHORT_HEADER = 2;

/** Fewer texts are looked through one by one. */
const LEAST_TEXTS = 4;

/** The longest run, in bytes. After a pause, what is left of it is looked through again. */
const MOST_BYTES = 16 * 1024;

/** The lengths of the payloads in a run, as long as they are replaced by zeros in their headers. */
const lengths = new Uint16Array(FRAMES_AT_ONCE);

/**
 * Finds texts that stand one behind the other and have come completely: each one frame, unmasked and not compressed.
 *
 * @param from where a frame begins.
 * @param longest payload that is allowed.
 * @param most texts that are needed.
 * @returns where they end; `from` if they are few.
 */
export function textsEnd(bytes: Buffer, from: number, end: number, longest: number, most: number): number {
  let at = from;
  let texts = 0;
  for (; texts < FRAMES_AT_ONCE && texts < most; texts += 1) {
    const length = payloadLength(bytes, at, end);
    if (length < 0 || length > longest) break;
    const next = at + headerLength(bytes, at, false) + length;
    if (next > end || next - from > MOST_BYTES) break;
    at = next;
  }
  return texts < LEAST_TEXTS ? from : at;
}

/**
 * Whether such texts are UTF-8, each of them. They are looked through in one call into Node, together with their
 * headers: a call for each costs a fifth of all that is done with a short text. In a header are bytes of ASCII as long
 * as that takes, so the texts are UTF-8 together if each of them is.
 *
 * @param to what `textsEnd` returned.
 */
export function areUtf8(bytes: Buffer, from: number, to: number): boolean {
  let texts = 0;
  for (let at = from; at < to; texts += 1) {
    const length = payloadLength(bytes, at, to);
    const header = headerLength(bytes, at, false);
    lengths[texts] = length;
    bytes[at] = ASCII;
    if (header > SHORT_HEADER) bytes[at + 2] = bytes[at + 3] = 0;
    at += header + length;
  }
  const areText = isUtf8(viewOf(bytes, from, to));
  let at = from;
  for (let i = 0; i < texts; i += 1) {
    const length = lengths[i] as number;
    const header = headerLength(bytes, at, false);
    bytes[at] = WHOLE_TEXT;
    if (header > SHORT_HEADER) {
      bytes[at + 2] = length >> 8;
      bytes[at + 3] = length & 0xff;
    }
    at += header + length;
  }
  return areText;
}

/**
 * The length of the text whose frame begins at `at`; negative if that is another frame, or its header has not come, is
 * faulty, or announces 64 KiB or more.
 */
export function payloadLength(bytes: Buffer, at: number, end: number): number {
  if (at + 2 > end || bytes[at] !== WHOLE_TEXT) return -1;
  const size = bytes[at + 1] as number;
  if (size <= LONGEST_SHORT) return size;
  if (size !== LENGTH_IN_TWO || at + 4 > end) return -1;
  return ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
}
