/** How much of its even pace may be caught up at once, in ms: timers come late. */
const SLACK_MS = 10;

/** The window in ms in which a tenth of `perSecond` may start at the most. */
const TENTH_MS = 100;
const SECOND_MS = 1000;

/** Starts remembered before it is worth looking which of them are out of every window. */
const FORGET_FROM = 64;

/**
 * When the next dial may start. Pure: time is an argument, in ms on one monotonic clock.
 *
 * Three rules, all of them hard: starts are a `perSecond`-th of a second apart, save that what came late may be caught
 * up by 10 ms; no more than a tenth of `perSecond`, rounded up, in any 100 ms; no more than `perSecond` in any second.
 * An even pace alone would lose what late timers cost; windows alone would let whole bursts through.
 */
export class DialPace {
  readonly #perSecond: number;
  readonly #perTenth: number;
  readonly #spacingMs: number;
  /** The starts of the last second at least, in order. */
  #starts: number[] = [];
  #forgetAt = FORGET_FROM;
  /** When the next start would be due if all had been on time. */
  #dueAt = Number.NEGATIVE_INFINITY;

  /** @param perSecond a whole number from 1 on, or `Infinity`. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#perTenth = Math.ceil(perSecond / 10);
    this.#spacingMs = SECOND_MS / perSecond;
  }

  /** How long the next start has to wait, in ms; 0 if it need not. */
  delay(now: number): number {
    const evenAt = this.#dueAt - SLACK_MS;
    return Math.max(
      0,
      evenAt - now,
      this.#startBefore(this.#perTenth) + TENTH_MS - now,
      this.#startBefore(this.#perSecond) + SECOND_MS - now,
    );
  }

  /** Notes a start. */
  started(now: number): void {
    this.#starts.push(now);
    this.#dueAt = Math.max(this.#dueAt, now) + this.#spacingMs;
    if (this.#starts.length < this.#forgetAt) return;
    this.#starts = this.#starts.filter((start) => now - start < SECOND_MS);
    this.#forgetAt = Math.max(FORGET_FROM, 2 * this.#starts.length);
  }

  /** The start so many before the next one. */
  #startBefore(count: number): number {
    return this.#starts.at(-count) ?? Number.NEGATIVE_INFINITY;
  }
}
