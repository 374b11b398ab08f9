import type { Sendable } from '../../transport/frame.js';
import { bytesOf } from '../../transport/protocol/prepared.js';
import type { Wire } from '../../transport/transport.js';
import { deferred } from '../time/deferred.js';

/**
 * The size of a message as far as it is known without encoding it: of a string, its UTF-16 units.
 *
 * @throws {OptionError} for what cannot be sent.
 */
export function sizeOf(data: Sendable): number {
  return typeof data === 'string' ? data.length : bytesOf(data).length;
}

/**
 * Sends a message that can be sent (`sizeOf`) as what it is: a string as text, bytes as binary, a frame as what it was.
 */
export function sendOn(wire: Wire, data: Sendable): boolean {
  if (typeof data === 'string') return wire.send(data, false);
  if (data instanceof Uint8Array) return wire.send(data, true);
  return 'framed' in data ? wire.sendPrepared(data) : wire.send(data.data, data.isBinary);
}

/** From this part of `maxBufferedBytes` on it is noted what is sent in one turn of the event loop. */
export const BURST_SHARE = 8;

/** What is sent in one turn of the event loop. */
export class Burst {
  /** Payload bytes sent before; `undefined` if many of them wait. */
  readonly #fromBytes: number | undefined;

  private constructor(fromBytes: number | undefined) {
    this.#fromBytes = fromBytes;
  }

  /** Notes a burst where it is looked for, until this turn of the loop is over. */
  static begin(place: { burst: Burst | undefined }, wire: Wire, maxBufferedBytes: number): Burst {
    setImmediate(Burst.#end, place);
    return new Burst(wire.heldBytes <= maxBufferedBytes / BURST_SHARE ? wire.bytesOut : undefined);
  }

  static #end(place: { burst: Burst | undefined }): void {
    place.burst = undefined;
  }

  /** How much more than `maxBufferedBytes` may wait because of it. */
  allowedBytes(wire: Wire, maxBufferedBytes: number): number {
    return this.#fromBytes === undefined ? 0 : Math.min(wire.bytesOut - this.#fromBytes, maxBufferedBytes);
  }
}

/**
 * Whether a wire has no room for so many bytes more. A message that is larger by itself may go when nothing else waits.
 */
export function isOver(wire: Wire, bytes: number, most: number): boolean {
  return wire.heldBytes + bytes > most && wire.bufferedBytes > 0;
}

/** Those who wait until a wire has room again. */
export class Writability {
  readonly #waiters = new Set<() => void>();

  constructor(wire: Wire) {
    wire.drained$.subscribe(() => this.release());
  }

  /** Resolves at the next release. `leave` gives the wait up. */
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
