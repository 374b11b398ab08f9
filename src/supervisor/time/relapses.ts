import type { Backoff } from '../api/dialer.js';
import type { ExitReason } from '../api/restart.js';
import { delayAfterCrash } from './backoff.js';

/**
 * How often in a row a dialer has exited by itself without a stable connection in between, and when its next run may
 * dial; or a listener that could not keep its port. Its supervisor starts it again at once, as in OTP, and counts that;
 * what waits is the run. Times are ms on one monotonic clock.
 */
export class Relapses {
  #count = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  /** Exits in a row. */
  get count(): number {
    return this.#count;
  }

  /** A connection has been up for long enough. */
  recovered(): void {
    this.#count = 0;
  }

  /**
   * A run has exited. One that was told to puts nothing off, and hurries nothing either: who was waiting goes on
   * waiting. A restart after a normal exit is what a permanent dialer is for: only from the second in a row on it has
   * to wait.
   *
   * @param random a number from 0 to below 1, as `Math.random` gives.
   */
  exited(reason: ExitReason, backoff: Backoff, now: number, random: () => number): void {
    if (reason === 'shutdown') return;
    const crashes = reason === 'abnormal' ? this.#count + 1 : this.#count;
    this.#count += 1;
    if (crashes > 0) this.#notBefore = now + delayAfterCrash(crashes, backoff, random);
  }

  /** How long the next run has to wait, in ms; 0 if it need not. */
  delay(now: number): number {
    return Math.max(0, this.#notBefore - now);
  }

  /** Its user does not want to wait. */
  cutShort(): void {
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}
