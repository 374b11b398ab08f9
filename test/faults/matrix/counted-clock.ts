import { type Clock, systemClock } from '../../../src/supervisor/api/clock.js';

/** The system's clock, that knows what still waits for it; its time of day can be set. */
export class CountedClock implements Clock {
  readonly #armed = new Set<unknown>();
  #held = 0;
  #stepMs = 0;

  /** Timers that are armed. */
  get armed(): number {
    return this.#armed.size;
  }

  /** How many still keep the process alive. */
  get held(): number {
    return this.#held;
  }

  /** Sets the time of day, by so many ms. */
  step(ms: number): void {
    this.#stepMs += ms;
  }

  setTimeout(fn: () => void, ms: number): unknown {
    const id = systemClock.setTimeout(() => {
      this.#armed.delete(id);
      fn();
    }, ms);
    this.#armed.add(id);
    return id;
  }

  clearTimeout(id: unknown): void {
    this.#armed.delete(id);
    systemClock.clearTimeout(id);
  }

  now(): number {
    return systemClock.now();
  }

  wallNow(): number {
    return systemClock.wallNow() + this.#stepMs;
  }

  keepAlive(): () => void {
    this.#held += 1;
    const letGo = systemClock.keepAlive?.();
    return () => {
      this.#held -= 1;
      letGo?.();
    };
  }

  busyMs(): number {
    return systemClock.busyMs?.() ?? 0;
  }
}
