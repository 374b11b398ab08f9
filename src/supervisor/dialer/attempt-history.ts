import type { CloseReport } from '../../transport/close-report.js';
import type { DialAttempt } from '../api/dialer.js';
import { reachedPeer } from './retry.js';

/** What an attempt knows of earlier ones. */
type Past = Pick<DialAttempt, 'refresh' | 'lastReport' | 'previousUrl' | 'previousReport'>;

/**
 * What a dialer remembers of its attempts. A request for a fresh credential counts as used only when an attempt with
 * one has reached the peer: a token endpoint that fails, or a name that is not resolved, does not use it up.
 */
export class AttemptHistory {
  /** The report of the newest connection that has ended. */
  lastReport: CloseReport | undefined;
  /** The last attempt that was dialed. */
  #dialed: { readonly url: string; readonly epoch: number; readonly report?: CloseReport } | undefined;
  #wantsRefresh = false;
  /** The attempt that asks for a fresh credential. */
  #freshEpoch: number | undefined;

  /** The retry policy wants a fresh credential. */
  wantRefresh(): void {
    this.#wantsRefresh = true;
  }

  /** A new run begins: a fresh credential is not wanted any more. */
  restart(): void {
    this.#wantsRefresh = false;
    this.#freshEpoch = undefined;
  }

  /** An attempt begins. Returns what it knows of earlier ones. */
  begin(epoch: number): Past {
    this.#freshEpoch = this.#wantsRefresh ? epoch : undefined;
    return {
      refresh: this.#wantsRefresh,
      lastReport: this.lastReport,
      previousUrl: this.#dialed?.url,
      previousReport: this.#dialed?.report,
    };
  }

  /** An attempt has its URL and header fields, and is dialed. */
  dialed(url: string, epoch: number): void {
    this.#dialed = { url, epoch };
  }

  /**
   * An attempt has reached the peer.
   *
   * @returns whether it did so with a fresh credential, once for each attempt.
   */
  reached(epoch: number | undefined): boolean {
    if (epoch === undefined || epoch !== this.#freshEpoch) return false;
    this.#freshEpoch = undefined;
    this.#wantsRefresh = false;
    return true;
  }

  /**
   * A connection has ended. A replaced connection may end after its successor.
   *
   * @returns the same as `reached`.
   */
  ended(report: CloseReport): boolean {
    const { epoch = 0 } = report;
    if (epoch >= (this.lastReport?.epoch ?? 0)) this.lastReport = report;
    if (this.#dialed?.epoch === epoch) this.#dialed = { ...this.#dialed, report };
    return reachedPeer(report) && this.reached(epoch);
  }
}
