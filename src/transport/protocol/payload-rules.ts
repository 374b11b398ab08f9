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
