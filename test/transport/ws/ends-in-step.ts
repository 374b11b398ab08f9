import { constants, inflateRawSync } from 'node:zlib';
import type { DeflateParams } from '../../../src/transport/ws/package/deflate-terms.js';
import type { WsDeflate } from './reader-events.js';

const TRAILER = Buffer.of(0, 0, 0xff, 0xff);

/**
 * A last block that is empty, in two ways (RFC 1951 sections 3.2.4 and 3.2.6), and a byte that is not to be read any
 * more. Two, since what is left of a block that broke off may end within one of them by chance.
 */
const ENDS = [Buffer.of(3, 0, 0), Buffer.of(1, 0, 0, 0xff, 0xff, 0)];

/** How many bytes zlib reads of a message, the trailer, and what is put behind them. */
function readOf(message: Buffer, end: Buffer, history: Buffer): number {
  const { engine } = inflateRawSync(Buffer.concat([message, TRAILER, end]), {
    finishFlush: constants.Z_SYNC_FLUSH,
    info: true,
    ...(history.length === 0 ? {} : { dictionary: history }),
  }) as unknown as { engine: { bytesWritten: number } };
  return engine.bytesWritten;
}

/** Whether the bytes of a message and the trailer end with a whole block; whether a block before was the last. */
function endOf(message: Buffer, history: Buffer): { isInStep: boolean; hasEnded: boolean } {
  const size = message.length + TRAILER.length;
  try {
    const reads = ENDS.map((end) => ({ read: readOf(message, end, history), whole: size + end.length - 1 }));
    const hasEnded = reads.every(({ read }) => read < size);
    return { isInStep: hasEnded || reads.every(({ read, whole }) => read === whole), hasEnded };
  } catch {
    return { isInStep: false, hasEnded: false };
  }
}

/**
 * ws's inflater, which says of each message whether it ended in step: with a whole block, as every proper one does. ws
 * goes on where such a message broke off, if the context is kept, and takes the next ones for its continuation. Ours
 * expects a new block at the start of each message, as RFC 7692 section 7.2.1 defines; so later messages cannot be
 * compared.
 */
export function watched(
  deflate: WsDeflate,
  sender: 'client' | 'server',
  onOutOfStep: () => void,
): Pick<WsDeflate, 'decompress'> {
  const params: DeflateParams = deflate.params;
  let message = Buffer.alloc(0);
  let inflated = Buffer.alloc(0);
  let history = Buffer.alloc(0);
  return {
    decompress: (data, fin, done) => {
      message = Buffer.concat([message, data]);
      deflate.decompress(data, fin, (error, part) => {
        inflated = Buffer.concat([inflated, part ?? Buffer.alloc(0)]);
        if (fin && error === null && params[`${sender}_no_context_takeover`] !== true) {
          const { isInStep, hasEnded } = endOf(message, history);
          if (!isInStep) onOutOfStep();
          history = hasEnded ? Buffer.alloc(0) : Buffer.concat([history, inflated]).subarray(-32_768);
        }
        if (fin) message = inflated = Buffer.alloc(0);
        done(error, part);
      });
    },
  };
}
