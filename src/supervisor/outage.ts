import type { CloseReport } from '../transport/close-report.js';
import type { RetryContext } from './dialer.js';

/** What a dialer remembers from the end of one stable connection to the next. Times are ms on one monotonic clock. */
export class Outage {
  readonly #stableAfterMs: number;
  #failures = 0;
  #isRefreshed = false;
  /** When it began, moved on by the time for which connections that were not stable were up. */
  #since: number;

  /** @param now when the dialer was started. */
  constructor(stableAfterMs: number, now: number) {
    this.#stableAfterMs = stableAfterMs;
    this.#since = now;
  }

  /** The number of the attempt to come, from 1. */
  get attempt(): number {
    return this.#failures + 1;
  }

  /**
   * Notes that a connection has ended, whether it had opened or not.
   *
   * @param isAskedFor it was closed to dial anew: that is no failure.
   * @returns whether it was stable.
   */
  ended({ openedAt, endedAt }: Pick<CloseReport, 'openedAt' | 'endedAt'>, isAskedFor: boolean, now: number): boolean {
    const upMs = openedAt === undefined ? undefined : endedAt - openedAt;
    if (upMs !== undefined && upMs >= this.#stableAfterMs) {
      this.#failures = 0;
      this.#isRefreshed = false;
      this.#since = now;
      return true;
    }
    if (!isAskedFor) this.#failures += 1;
    this.#since += upMs ?? 0;
    return false;
  }

  /** Notes that a fresh credential was asked for. */
  refreshed(): void {
    this.#isRefreshed = true;
  }

  /** What a retry policy is told. */
  context(now: number): RetryContext {
    return { refreshed: this.#isRefreshed, failures: this.#failures, downMs: Math.max(0, now - this.#since) };
  }
}
