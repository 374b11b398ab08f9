import { BINARY, PING, PONG, TEXT } from '../../protocol/framing.js';
import { isClosePayload, isText } from '../../protocol/payload-rules.js';
import type { ReaderSink } from './reader-sink.js';

/**
 * Passes a frame that is neither a fragment nor compressed to the sink.
 *
 * @param payload unmasked; it belongs to the sink from now on.
 * @returns `false`, without calling the sink, for a text that is not UTF-8 and a Close whose payload is malformed.
 */
export function deliverWhole(sink: ReaderSink, opcode: number, payload: Buffer): boolean {
  switch (opcode) {
    case BINARY:
      sink.onFrame(payload, true);
      return true;
    case TEXT:
      if (!isText(payload)) return false;
      sink.onFrame(payload, false);
      return true;
    case PING:
      sink.onPing(payload);
      return true;
    case PONG:
      sink.onPong(payload);
      return true;
    default:
      if (!isClosePayload(payload)) return false;
      if (payload.length === 0) sink.onClose(1005, '');
      else sink.onClose(payload.readUInt16BE(0), payload.toString('utf8', 2));
      return true;
  }
}
