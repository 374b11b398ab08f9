import type { Socket } from 'node:net';

/** A worker that takes sockets. */
export interface Taker {
  /** Which reload it comes from: the newest take all sockets. */
  readonly generation: number;
  /** How many sockets it has. */
  readonly load: number;
  take(socket: Socket): void;
}

/** How many sockets are held while there is no worker, until their clients give up. */
const MOST_HELD = 10_000;

/**
 * Gives each accepted socket to one worker: of the newest generation, so that a client that comes back during a reload
 * is not closed a second time, and of these the one with the fewest, since WebSockets stay. While there is none sockets
 * are held, so that nobody is refused.
 */
export class Distributor {
  readonly #takers = new Set<Taker>();
  #held: Socket[] = [];

  add(taker: Taker): void {
    this.#takers.add(taker);
    const held = this.#held;
    this.#held = [];
    for (const socket of held) this.hand(socket);
  }

  remove(taker: Taker): void {
    this.#takers.delete(taker);
  }

  hand(socket: Socket): void {
    const taker = this.#best();
    if (taker !== undefined) taker.take(socket);
    else if (this.#held.length < MOST_HELD) this.#held.push(socket);
    else socket.destroy();
  }

  /** Drops the sockets that are held: no worker will come. */
  close(): void {
    for (const socket of this.#held) socket.destroy();
    this.#held = [];
  }

  #best(): Taker | undefined {
    let best: Taker | undefined;
    for (const taker of this.#takers) {
      const isBetter =
        best === undefined ||
        taker.generation > best.generation ||
        (taker.generation === best.generation && taker.load < best.load);
      if (isBetter) best = taker;
    }
    return best;
  }
}
