import { isUtf8 } from 'node:buffer';
import { isReceivableCloseCode } from '../close-code.js';
import { BINARY, TEXT } from './framing.js';

/** The message is compressed (RFC 7692 section 6). */
export const RSV1 = 0x40;

/** How many times as much a compressed message costs as a plain one. */
const INFLATED_COUNTS = 8;

/** So long a text is looked through here: the call into Node would cost more. */
const SHORT_TEXT = 64;

/** Whether bytes are UTF-8, as text messages and the reasons of Close frames must be (RFC 6455 section 8.1). */
export function isText(data: Buffer): boolean {
  if (data.length < SHORT_TEXT) {
    let i = 0;
    while (i < data.length && (data[i] as number) < 0x80) i++;
    if (i === data.length) return true;
  }
  return isUtf8(data);
}

/** The bytes that may be missing of a character. */
const LONGEST_REST = 3;
/** The least and the largest that a byte can be that is not the first of a character. */
const LEAST_REST = 0x80;
const MOST_REST = 0xbf;

/**
 * How far text goes that has not come completely: behind its last whole character; -1 if it is not UTF-8, whatever
 * follows.
 *
 * @param from where it has to be looked at: before that are whole characters.
 */
export function textEnd(data: Buffer, from: number): number {
  const end = Math.max(from, data.length - lackOf(data, from));
  if (!isText(data.subarray(from, end))) return -1;
  return end === data.length || isBeginning(data.subarray(end)) ? end : -1;
}

/** How many bytes at the end look like a character that lacks some. */
function lackOf(data: Buffer, from: number): number {
  for (let back = 1; back <= LONGEST_REST && data.length - back >= from; back++) {
    const byte = data[data.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? back : 0;
  }
  return 0;
}

/** Whether one to three bytes are the beginning of a character that has more (RFC 3629 section 4). */
function isBeginning(bytes: Buffer): boolean {
  const [lead = 0, second = LEAST_REST] = bytes;
  if (lead < 0xc2 || lead > 0xf4) return false;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : LEAST_REST;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : MOST_REST;
  if (bytes.length > 1 && (second < least || second > most)) return false;
  const third = bytes[2];
  return third === undefined || (third >= LEAST_REST && third <= MOST_REST);
}

/** Whether a Close frame may carry these bytes (section 5.5.1): none, or a code and a reason. */
export function isClosePayload(payload: Buffer): boolean {
  if (payload.length < 2) return payload.length === 0;
  return isReceivableCloseCode(payload.readUInt16BE(0)) && isText(payload.subarray(2));
}

/** Whether the first byte of a frame is that of a compressed message, and its RSV bits no others. */
export function isCompressedStart(first: number): boolean {
  const opcode = first & 0x0f;
  return (first & 0x70) === RSV1 && (opcode === TEXT || opcode === BINARY);
}

/** The cost of delivering a frame, by its first byte; a plain frame costs 1. */
export function costOf(first: number): number {
  return isCompressedStart(first) ? INFLATED_COUNTS : 1;
}
