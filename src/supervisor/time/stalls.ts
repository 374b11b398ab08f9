import type { Clock } from '../api/clock.js';

/** Timers later than this, in ms, are a stall of the event loop. */
const STALL_MS = 50;

/** A stall may have begun this long, in ms, before the timer that shows it was due: one beat of the wheel. */
const LONGEST_BEFORE_MS = 1100;

/** The number of stalls that are remembered one by one; of earlier ones only the sum is kept. */
const REMEMBERED = 256;

/** The stalls in some span of time, in ms. */
export interface StallsSeen {
  readonly totalMs: number;
  readonly longestMs: number;
}

interface Stall {
  /** Monotonic ms. */
  readonly endedAt: number;
  readonly ms: number;
}

/**
 * When this process's event loop was stalled, measured by late timers. A timer is late by less than the stall, namely
 * without the part before the timer was due; if the clock knows how long the loop was busy, that part is added.
 */
export class Stalls {
  readonly #clock: Clock;
  #totalMs = 0;
  #recent: Stall[] = [];
  /** When the loop was last seen to turn, and how long it had been busy by then, in ms. */
  #turnedAt: number;
  #busyMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#turnedAt = clock.now();
    this.#busyMs = clock.busyMs?.() ?? 0;
  }

  /** How long the loop stood still so far, in ms; with a timer that is overdue now, that stall included. */
  totalMs(timerDueAt: number): number {
    return this.#totalMs + this.#stallAt(this.#clock.now(), timerDueAt);
  }

  /** A timer that was due at `timerDueAt` has come, or is called off now. */
  turned(now: number, timerDueAt: number): void {
    const ms = this.#stallAt(now, timerDueAt);
    this.looked(now);
    if (ms === 0) return;
    this.#totalMs += ms;
    this.#recent.push({ endedAt: now, ms });
    if (this.#recent.length > REMEMBERED) this.#recent = this.#recent.slice(-REMEMBERED / 2);
  }

  /** The loop turns at this moment. */
  looked(now: number): void {
    this.#turnedAt = now;
    this.#busyMs = this.#clock.busyMs?.() ?? 0;
  }

  /** The stalls since some moment. */
  since(at: number): StallsSeen {
    let [totalMs, longestMs] = [0, 0];
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const { endedAt, ms } = this.#recent[i] as Stall;
      if (endedAt <= at) break;
      const within = Math.min(ms, endedAt - at);
      totalMs += within;
      longestMs = Math.max(longestMs, within);
    }
    return { totalMs, longestMs };
  }

  #stallAt(now: number, timerDueAt: number): number {
    // A stall that was counted before is not counted again.
    const lateMs = now - Math.max(timerDueAt, this.#turnedAt);
    if (!(lateMs > STALL_MS)) return 0;
    const busyMs = (this.#clock.busyMs?.() ?? 0) - this.#busyMs;
    return Math.max(lateMs, Math.min(busyMs, now - this.#turnedAt, lateMs + LONGEST_BEFORE_MS));
  }
}
