/** The peer's side of permessage-deflate (RFC 7692), on zlib alone. */
import { constants, createInflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import type { Role } from '../support/wire-scene.js';

/** How one end compresses. */
export interface Terms {
  /** Default 15. */
  readonly windowBits?: number;
  /** Each message by itself: no context takeover. Default `false`. */
  readonly isContextFree?: boolean;
}

/** What both ends have agreed on. */
export interface Deflate {
  readonly peer?: Terms;
  /** A listener of ours is always free of context. */
  readonly ours?: Terms;
}

/** What a message leaves out at its end (section 7.2.1). */
const TRAILER = Buffer.of(0, 0, 0xff, 0xff);

const LARGEST_BITS = 15;

/** zlib has no smaller window; it refers back by 262 bytes less than that, which is within 8 bits. */
const SMALLEST_BITS = 9;

const paramsOf = (end: 'client' | 'server', { windowBits, isContextFree = false }: Terms = {}) => [
  ...(isContextFree ? [`${end}_no_context_takeover`] : []),
  ...(windowBits === undefined ? [] : [`${end}_max_window_bits=${windowBits}`]),
];

/** The header field of the peer: its offer if it is a client, its answer if it is a server. */
export function fieldOf({ peer, ours }: Deflate, role: Role): string {
  const [client, server] = role === 'accepted' ? [peer, ours] : [ours, peer];
  return ['permessage-deflate', ...paramsOf('client', client), ...paramsOf('server', server)].join('; ');
}

/** Compresses the messages of a peer, one after the other: each refers back to those before it, if it may. */
export function deflaterFor({ windowBits = LARGEST_BITS, isContextFree = false }: Terms = {}, more: ZlibOptions = {}) {
  let history = Buffer.alloc(0);
  return (data: Uint8Array | string): Buffer => {
    const bytes = Buffer.from(data);
    if (bytes.length === 0) return Buffer.of(0);
    const flushed = deflateRawSync(bytes, {
      finishFlush: constants.Z_SYNC_FLUSH,
      windowBits: Math.max(SMALLEST_BITS, windowBits),
      ...(history.length === 0 ? {} : { dictionary: history }),
      ...more,
    });
    // A dictionary may be as long as zlib's window, of which the last 262 bytes are out of reach.
    if (!isContextFree) history = Buffer.concat([history, bytes]).subarray(-(2 ** windowBits));
    return flushed.subarray(0, -TRAILER.length);
  };
}

/**
 * Inflates what our side has sent, with no larger window than was agreed on: one that is little larger than what zlib
 * gives out at once, so that it notices when a message refers further back.
 */
export async function inflated(
  messages: readonly Buffer[],
  { windowBits = LARGEST_BITS, isContextFree = false }: Terms = {},
): Promise<Buffer[]> {
  const results: Buffer[] = [];
  let stream = createInflateRaw({ windowBits, chunkSize: 2 ** (windowBits - 2) });
  for (const message of messages) {
    if (isContextFree) {
      stream.close();
      stream = createInflateRaw({ windowBits, chunkSize: 2 ** (windowBits - 2) });
    }
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => chunks.push(chunk);
    stream.on('data', take);
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.write(Buffer.concat([message, TRAILER]), () => resolve());
    });
    stream.off('data', take).removeAllListeners('error');
    results.push(Buffer.concat(chunks));
  }
  stream.close();
  return results;
}
