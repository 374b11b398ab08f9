import type { CloseReport } from '../../transport/close-report.js';
import type { Attempted } from './dialer-connections.js';
import type { DialerParts } from './dialer-parts.js';
import { planAfter, planBeside, type RedialPlan } from './redial-plan.js';
import type { DialSettings } from './resolve-dial.js';
import { RetryHistory, timeOpen } from './retry-history.js';

/**
 * What one run of a dialer remembers of its connections and attempts, and what follows from it. The attempts of an
 * overlap have a history of their own, since they are no failures of the connection that is up.
 */
export class RunHistory {
  /** The last ending that decides what follows. */
  report: CloseReport | undefined;
  readonly #settings: DialSettings;
  readonly #parts: DialerParts;
  readonly #retries: RetryHistory;
  /** Of the attempts beside the connection that is up. */
  #beside: RetryHistory | undefined;

  /** @param before that of the run before: its failures do not count, but whether it was up or stable does. */
  constructor(settings: DialSettings, parts: DialerParts, before: RunHistory | undefined) {
    const now = parts.registry.clock.now();
    this.#settings = settings;
    this.#parts = parts;
    const past = before === undefined ? undefined : before.#retries.context(now);
    this.#retries = new RetryHistory(settings.backoff.stableAfterMs, now, past);
  }

  /** The number of the next attempt, from 1. */
  get attempt(): number {
    return this.#inUse.attempt;
  }

  /** Begins a history of the attempts beside the present connection. */
  beginOverlap(present: Attempted | undefined): void {
    const { stableAfterMs } = this.#settings.backoff;
    const now = this.#now;
    const upMs = timeOpen(present?.upSince, now) ?? 0;
    const wasStable = upMs >= stableAfterMs || this.#retries.context(now).wasStable;
    this.#beside = new RetryHistory(stableAfterMs, now, { wasUp: true, wasStable });
  }

  /** An overlap is over: the next attempt is one of the dialer's own. */
  endOverlap(): void {
    this.#beside = undefined;
  }

  /** An attempt with a fresh credential has reached the peer. */
  refreshed(): void {
    this.#inUse.refreshed();
  }

  /** A connection has ended, or an attempt, in an overlap the one beside the connection. */
  ended({ connection, upSince }: Attempted, report: CloseReport): void {
    const now = this.#now;
    const history = upSince === undefined ? this.#inUse : this.#retries;
    const wasStable = history.ended(report, timeOpen(upSince, connection.endingSince ?? now), now);
    if (wasStable) this.#parts.restarts.recovered();
    this.report = report;
  }

  /** A redial has replaced a connection. */
  replaced({ connection, upSince }: Attempted): void {
    const now = this.#now;
    const upMs = timeOpen(upSince, connection.endingSince ?? now) ?? 0;
    if (this.#retries.replaced(upMs, now)) this.#parts.restarts.recovered();
  }

  /** Decides what follows on the last ending, and reports it. */
  judge(): { readonly plan: RedialPlan; readonly report: CloseReport } {
    const { report } = this;
    const { registry, judged, attempts, dialer } = this.#parts;
    if (report === undefined) throw new Error('a dialer judges an ending');
    const planOf = this.#beside === undefined ? planAfter : planBeside;
    const plan = planOf(report, this.#inUse.context(this.#now), this.#settings, registry.random);
    judged(report, plan);
    if (plan.verdict === 'stuck') registry.publish({ type: 'child.stuck', childId: dialer.id, report });
    if (plan.verdict === 'refresh') attempts.history.wantRefresh();
    return { plan, report };
  }

  get #now(): number {
    return this.#parts.registry.clock.now();
  }

  get #inUse(): RetryHistory {
    return this.#beside ?? this.#retries;
  }
}
