import type { Backoff } from '../api/dialer.js';
import type { ExitReason } from '../api/restart.js';
import { delayAfterCrash } from './backoff.js';

/**
 * Delays the runs of a child that keeps exiting: of a dialer that exits by itself, with no stable connection in
 * between, and of a listener that cannot keep its port. As in OTP, the supervisor restarts such a child at once and
 * counts the restart; the new run then waits before it dials or listens. All times are ms on one monotonic clock.
 */
export class RestartBackoff {
  #count = 0;
  #notBefore = Number.NEGATIVE_INFINITY;

  /** Exits in a row. */
  get count(): number {
    return this.#count;
  }

  /** A connection was up for long enough: the next exit is the first in a row again. */
  recovered(): void {
    this.#count = 0;
  }

  /**
   * A run has exited. An exit that the supervisor asked for changes nothing: a delay that has begun goes on. A
   * permanent dialer is there to be restarted after a normal exit, so only the second normal exit in a row causes a
   * delay.
   *
   * @param random a number from 0 to below 1, as `Math.random` gives.
   */
  exited(reason: ExitReason, backoff: Backoff, now: number, random: () => number): void {
    if (reason === 'shutdown') return;
    const crashes = reason === 'abnormal' ? this.#count + 1 : this.#count;
    this.#count += 1;
    if (crashes > 0) this.#notBefore = now + delayAfterCrash(crashes, backoff, random);
  }

  /** How long the next run has to wait, in ms; 0 if it may begin at once. */
  delay(now: number): number {
    return Math.max(0, this.#notBefore - now);
  }

  /** The user does not want to wait: the next run may begin at once. */
  cutShort(): void {
    this.#notBefore = Number.NEGATIVE_INFINITY;
  }
}
