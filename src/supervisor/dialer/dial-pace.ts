/** How far an even pace may be caught up at once, in ms: timers come late. */
const SLACK_MS = 10;

/** The window in ms in which at most a tenth of `perSecond` may start. */
const TENTH_MS = 100;
const SECOND_MS = 1000;

/** The number of remembered starts from which on old ones are looked for and forgotten. */
const FORGET_FROM = 64;

/**
 * Decides when the next dial may start. Pure: time is an argument, in ms on one monotonic clock.
 *
 * Three rules hold: starts are `1 / perSecond` seconds apart, except that late starts may be caught up by 10 ms; at
 * most a tenth of `perSecond`, rounded up, start in any 100 ms; at most `perSecond` start in any second. An even pace
 * alone would lose time to late timers; windows alone would let whole bursts through.
 */
export class DialPace {
  readonly #perSecond: number;
  readonly #perTenth: number;
  readonly #spacingMs: number;
  /** The starts of at least the last second, in order. */
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

  /** Returns how long the next start has to wait, in ms. */
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

  /** The time of the start that is `count` before the next one. */
  #startBefore(count: number): number {
    return this.#starts.at(-count) ?? Number.NEGATIVE_INFINITY;
  }
}
