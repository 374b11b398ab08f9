import { isUtf8 } from 'node:buffer';
import { viewOf } from '../../protocol/view.js';
import { FRAMES_AT_ONCE } from './read-turns.js';

/** The first byte of a text that is one frame and not compressed, and what it is replaced by: ASCII. */
export const WHOLE_TEXT = 0x81;
const ASCII = 0x01;

/** The header of an unmasked frame whose length takes one byte, and the longest such payload (RFC 6455 section 5.2). */
const SHORT_HEADER = 2;
const LONGEST_SHORT = 125;

/** Fewer texts are looked through one by one. */
const LEAST_TEXTS = 4;

/**
 * Looks through short texts that stand one behind the other, unmasked, in one call into Node: a call for each costs a
 * fifth of all that is done with it. Between texts are two bytes of ASCII as long as that takes, so they are UTF-8
 * together if each of them is.
 *
 * @param from where a frame begins.
 * @returns up to where all frames are texts that are UTF-8; `from` if one is not, or if there are few.
 */
export function textsEnd(bytes: Buffer, from: number, end: number): number {
  let at = from;
  let texts = 0;
  while (texts < FRAMES_AT_ONCE && at < end && bytes[at] === WHOLE_TEXT) {
    const next = shortEnd(bytes, at, end);
    if (next < 0) break;
    bytes[at] = ASCII;
    at = next;
    texts += 1;
  }
  const areText = texts >= LEAST_TEXTS && isUtf8(viewOf(bytes, from, at));
  for (let back = from; back < at; back = shortEnd(bytes, back, end)) bytes[back] = WHOLE_TEXT;
  return areText ? at : from;
}

/** Where a short frame that has come completely ends; negative for others. */
function shortEnd(bytes: Buffer, at: number, end: number): number {
  const from = at + SHORT_HEADER;
  if (from > end) return -1;
  const length = bytes[at + 1] as number;
  return length <= LONGEST_SHORT && from + length <= end ? from + length : -1;
}
