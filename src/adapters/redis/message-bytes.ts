import type { BrokerMessage } from '../../cluster/port/broker.js';

const END_OF_LINE = 0x0a;

/** A header field as a line: what other programs publish has none. */
const FIELD = /^([a-z-]+):([\x20-\x7e]*)$/;

/**
 * A message as the bytes that Redis carries, which has no header fields: a line `name:value` for each field, an empty
 * line, and the payload as it is.
 */
export function bytesOf({ payload, headers }: BrokerMessage): Buffer {
  let head = '';
  for (const [name, value] of Object.entries(headers)) head += `${name}:${value}\n`;
  head += '\n';
  return Buffer.concat([Buffer.from(head, 'latin1'), payload]);
}

/** Reads what `bytesOf` wrote, without a copy. What another program has published is a payload as a whole. */
export function messageFrom(bytes: Buffer): BrokerMessage {
  const headers: Record<string, string> = {};
  for (let at = 0; ; ) {
    const { line, rest } = lineAt(bytes, at);
    if (line === '') return { payload: bytes.subarray(rest), headers };
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) return { payload: bytes, headers: {} };
    headers[name] = value;
    at = rest;
  }
}

/** The line that begins at a place, and where the next one does. Without an end it is `-`, which begins no message. */
export function lineAt(bytes: Buffer, at: number): { readonly line: string; readonly rest: number } {
  const end = bytes.indexOf(END_OF_LINE, at);
  return end < 0 ? { line: '-', rest: bytes.length } : { line: bytes.toString('latin1', at, end), rest: end + 1 };
}
