import type { Readable } from 'node:stream';
import { MAX_BODY_BYTES } from '../../http-response.js';

/** How long the body of a refusal is waited for, in ms: it explains, and must not hold up what follows. */
const BODY_WITHIN_MS = 1_000;

/**
 * Reads the first bytes of a body, as far as they come within a second, and leaves the rest. Never rejects.
 *
 * @param first what was read of it before.
 * @param length its length, if that is known.
 */
export function readBeginning(
  stream: Readable,
  first: Buffer = Buffer.alloc(0),
  length: number = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const enough = Math.min(length, MAX_BODY_BYTES);
  return new Promise((resolve) => {
    const chunks = [first];
    let bytes = first.length;
    const finish = () => {
      clearTimeout(timer);
      stream.off('data', take);
      for (const event of ENDINGS) stream.off(event, finish);
      // What comes after this must not be an uncaught error.
      stream.on('error', () => {});
      resolve(Buffer.concat(chunks).subarray(0, enough));
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= enough) finish();
    };
    const timer = setTimeout(finish, BODY_WITHIN_MS);
    for (const event of ENDINGS) stream.on(event, finish);
    if (bytes >= enough || stream.readableEnded || stream.destroyed) finish();
    else stream.on('data', take);
  });
}

const ENDINGS = ['end', 'close', 'error'] as const;
