import type { DialLimit } from '../api/limits.js';

/** How far an even pace may be caught up at once, in ms: timers come late. */
const SLACK_MS = 10;

/** The window in ms in which at most a tenth of `perSecond` may start. */
const TENTH_MS = 100;
const SECOND_MS = 1000;

/** The number of remembered starts from which on old ones are forgotten. */
const FORGET_FROM = 64;

/** At most `count` starts in any `perMs`. */
type Window = DialLimit['windows'][number];

/**
 * Decides when the next dial may start. Pure: time is an argument, in ms on one monotonic clock.
 *
 * Three rules hold: starts are `1 / perSecond` seconds apart, except that late starts may be caught up by 10 ms; at
 * most a tenth of `perSecond`, rounded up, start in any 100 ms; at most `perSecond` start in any second. An even pace
 * alone would lose time to late timers; windows alone would let whole bursts through. The user's windows hold as well.
 */
export class DialPace {
  readonly #windows: readonly Window[];
  /** The most starts of any window. */
  readonly #most: number;
  readonly #spacingMs: number;
  /** At least the latest `#most` starts, in order. */
  #starts: number[] = [];
  /** When the next start would be due if all had been on time. */
  #dueAt = Number.NEGATIVE_INFINITY;

  /** @param perSecond a number above 0, or `Infinity`. */
  constructor(perSecond: number, windows: readonly Window[] = []) {
    this.#windows = [...windowsOf(perSecond), ...windows];
    this.#most = Math.max(0, ...this.#windows.map(({ count }) => count));
    this.#spacingMs = SECOND_MS / perSecond;
  }

  /** Returns how long the next start has to wait, in ms. */
  delay(now: number): number {
    const evenAt = this.#dueAt - SLACK_MS;
    return Math.max(
      0,
      evenAt - now,
      ...this.#windows.map(({ count, perMs }) => (this.#starts.at(-count) ?? Number.NEGATIVE_INFINITY) + perMs - now),
    );
  }

  /** Notes a start. */
  started(now: number): void {
    this.#starts.push(now);
    this.#dueAt = Math.max(this.#dueAt, now) + this.#spacingMs;
    if (this.#starts.length < Math.max(FORGET_FROM, 2 * this.#most)) return;
    this.#starts = this.#most === 0 ? [] : this.#starts.slice(-this.#most);
  }
}

/**
 * The windows of a pace. One that is not a whole number has a window of whole starts: 2.5 a second are 2 in 800 ms, and
 * 0.5 a second are 1 in 2 s.
 */
function windowsOf(perSecond: number): readonly Window[] {
  if (perSecond === Number.POSITIVE_INFINITY) return [];
  const whole = Math.max(1, Math.floor(perSecond));
  return [
    { count: Math.ceil(perSecond / 10), perMs: TENTH_MS },
    { count: whole, perMs: (SECOND_MS * whole) / perSecond },
  ];
}
