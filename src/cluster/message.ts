import type { Sendable } from '../transport/frame.js';
import { bytesOf } from '../transport/protocol/prepared.js';
import type { Content } from './api/envelope.js';
import type { BrokerMessage } from './port/broker.js';

/** Whether a message is text or binary. */
const KIND = 'wk-kind';
/** The node that has published it, and the number there of the connection that does not get it. */
const EXCEPT = 'wk-except';

/** What is published, as the broker carries it: the bytes as they are, all else in header fields. */
export function toBroker(content: Content, except?: string): BrokerMessage {
  const kind = { [KIND]: content.isBinary ? 'binary' : 'text' };
  return { payload: content.payload, headers: except === undefined ? kind : { ...kind, [EXCEPT]: except } };
}

/** The bytes of what can be sent, and whether they are text. @throws {OptionError} for anything else. */
export function contentOf(data: Sendable): Content {
  if (typeof data === 'string') return { payload: Buffer.from(data), isBinary: false };
  const payload = bytesOf(data);
  return { payload, isBinary: data instanceof Uint8Array || data.isBinary };
}

export function contentFrom({ payload, headers }: BrokerMessage): Content {
  return { payload, isBinary: headers[KIND] !== 'text' };
}

export function exceptionOf({ headers }: BrokerMessage): string | undefined {
  return headers[EXCEPT];
}

/** A content as a frame. */
export function frameOf({ payload, isBinary }: Content): { readonly data: Buffer; readonly isBinary: boolean } {
  return { data: Buffer.isBuffer(payload) ? payload : Buffer.from(payload), isBinary };
}
