import type { Sendable } from '../../transport/frame.js';
import { bytesOf } from '../../transport/protocol/prepared.js';
import type { Wire } from '../../transport/transport.js';
import { deferred } from '../time/deferred.js';

/**
 * Returns the size of a message as far as it is known without encoding it: for a string, the number of UTF-16 units.
 *
 * @throws {OptionError} for what cannot be sent.
 */
export function sizeOf(data: Sendable): number {
  return typeof data === 'string' ? data.length : bytesOf(data).length;
}

/** Sends a message that `sizeOf` has accepted: a string as text, bytes as binary, a frame as it came. */
export function sendOn(wire: Wire, data: Sendable): boolean {
  if (typeof data === 'string') return wire.send(data, false);
  if (data instanceof Uint8Array) return wire.send(data, true);
  return 'framed' in data ? wire.sendPrepared(data) : wire.send(data.data, data.isBinary);
}

/** When more than this part of `maxBufferedBytes` waits, what is sent in one turn of the event loop is noted. */
export const BURST_SHARE = 8;

/** What is sent in one turn of the event loop. */
export class Burst {
  /** How many payload bytes had been sent before; `undefined` if much of that still waits. */
  readonly #fromBytes: number | undefined;

  private constructor(fromBytes: number | undefined) {
    this.#fromBytes = fromBytes;
  }

  /** Begins a burst, which is removed from its holder when this turn of the event loop is over. */
  static begin(holder: { burst: Burst | undefined }, wire: Wire, maxBufferedBytes: number): Burst {
    setImmediate(Burst.#end, holder);
    return new Burst(wire.heldBytes <= maxBufferedBytes / BURST_SHARE ? wire.bytesOut : undefined);
  }

  static #end(holder: { burst: Burst | undefined }): void {
    holder.burst = undefined;
  }

  /** How many bytes beyond `maxBufferedBytes` may wait because of the burst. */
  allowedBytes(wire: Wire, maxBufferedBytes: number): number {
    return this.#fromBytes === undefined ? 0 : Math.min(wire.bytesOut - this.#fromBytes, maxBufferedBytes);
  }
}

/** Whether a wire has no room for this many bytes more. A message larger than `most` may go when nothing else waits. */
export function isOver(wire: Wire, bytes: number, most: number): boolean {
  return wire.heldBytes + bytes > most && wire.bufferedBytes > 0;
}

/** The waits for a wire to have room again. */
export class Writability {
  readonly #waiters = new Set<() => void>();

  constructor(wire: Wire) {
    wire.drained$.subscribe(() => this.release());
  }

  /** `released` resolves at the next release; `leave` gives the wait up. */
  wait(): { readonly released: Promise<void>; leave(): void } {
    const { promise: released, resolve: release } = deferred<void>();
    this.#waiters.add(release);
    return { released, leave: () => this.#waiters.delete(release) };
  }

  release(): void {
    for (const release of this.#waiters) release();
    this.#waiters.clear();
  }
}
