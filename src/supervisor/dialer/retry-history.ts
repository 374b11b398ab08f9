import type { CloseReport } from '../../transport/close-report.js';
import type { RetryContext } from '../api/dialer.js';
import { faultOf } from './retry.js';

/**
 * For how long a connection was open, in ms; `undefined` if it never was.
 *
 * @param endingSince when its ending began: the time of its closing handshake does not count as open.
 */
export function timeOpen(openedAt: number | undefined, endingSince: number): number | undefined {
  return openedAt === undefined ? undefined : endingSince - openedAt;
}

/**
 * What a retry policy should know of the attempts since the last stable connection: how many failed, how, and for how
 * long. Times are ms on one monotonic clock.
 */
export class RetryHistory {
  readonly #stableAfterMs: number;
  #failures = 0;
  #isRefreshed = false;
  /** When the outage began, moved on by the time for which connections that were not stable were up. */
  #since: number;
  /** How the last attempt failed, and how often in a row. */
  #fault: string | undefined;
  #alike = 0;
  #wasUp: boolean;
  #wasStable: boolean;

  /**
   * @param now when the dialer was started.
   * @param before what it had achieved before it was started again.
   */
  constructor(
    stableAfterMs: number,
    now: number,
    { wasUp = false, wasStable = false }: Partial<Pick<RetryContext, 'wasUp' | 'wasStable'>> = {},
  ) {
    this.#stableAfterMs = stableAfterMs;
    this.#since = now;
    this.#wasUp = wasUp;
    this.#wasStable = wasStable;
  }

  /** The number of the next attempt, from 1. */
  get attempt(): number {
    return this.#failures + 1;
  }

  /**
   * Notes that a connection has ended, whether it had opened or not.
   *
   * @param upMs for how long it was open; `undefined` if it never was.
   * @returns whether it was stable.
   */
  ended(report: CloseReport, upMs: number | undefined, now: number): boolean {
    const wasStable = this.#wasHealthy(upMs, now);
    if (!wasStable) this.#failures += 1;
    const fault = faultOf(report);
    this.#alike = fault === this.#fault ? this.#alike + 1 : 1;
    this.#fault = fault;
    return wasStable;
  }

  /**
   * Notes that a redial has replaced a connection, which is no failure.
   *
   * @param upMs for how long it was open.
   * @returns whether it was stable.
   */
  replaced(upMs: number, now: number): boolean {
    return this.#wasHealthy(upMs, now);
  }

  /** Notes that an attempt with a fresh credential has reached the peer. */
  refreshed(): void {
    this.#isRefreshed = true;
  }

  /** What a retry policy decides by. */
  context(now: number): RetryContext {
    return {
      refreshed: this.#isRefreshed,
      failures: this.#failures,
      downMs: Math.max(0, now - this.#since),
      alike: this.#alike,
      wasUp: this.#wasUp,
      wasStable: this.#wasStable,
    };
  }

  /** Whether a connection was stable: if so, all counts start again. */
  #wasHealthy(upMs: number | undefined, now: number): boolean {
    this.#wasUp ||= upMs !== undefined;
    if (upMs === undefined || upMs < this.#stableAfterMs) {
      this.#since += upMs ?? 0;
      return false;
    }
    this.#failures = 0;
    this.#isRefreshed = false;
    this.#since = now;
    this.#fault = undefined;
    this.#wasStable = true;
    return true;
  }
}
