import type { Clock } from '../supervisor/api/clock.js';

/** One way of a link with a broker in memory: what goes in comes out in order, in a microtask of its own or later. */
export class MemoryPipe {
  readonly #clock: Clock;
  #queue: { readonly arrive: () => void; readonly dueAt: number }[] = [];
  #isHeld = false;
  #isCut = false;
  #isDraining = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param delayMs what goes in after it waits as well. */
  push(arrive: () => void, delayMs = 0): void {
    if (this.#isCut) return;
    this.#queue.push({ arrive, dueAt: delayMs > 0 ? this.#clock.now() + delayMs : 0 });
    this.#drainSoon();
  }

  /** Nothing comes out until `release`. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.#drainSoon();
  }

  /** Drops what is in it, and all that would come. */
  cut(): void {
    this.#isCut = true;
    this.#queue = [];
  }

  #drainSoon(): void {
    if (this.#isDraining || this.#queue.length === 0) return;
    this.#isDraining = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    while (!this.#isHeld) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const waitMs = next.dueAt - this.#clock.now();
      if (waitMs > 0) {
        this.#clock.setTimeout(() => this.#drain(), waitMs);
        return;
      }
      this.#queue.shift();
      next.arrive();
    }
    this.#isDraining = false;
  }
}
