import type { CloseReport, EndedBy } from '../../transport/close-report.js';
import { fatesOf } from '../api/fates.js';
import type { SupervisorStats } from '../api/stats.js';
import type { Totals } from './connection-parent.js';

/**
 * The counts of one supervisor over its life. What is counted here is also counted in the parent's, except for frames
 * and bytes: those are counted once, where they pass, since that is on the hot path.
 */
export class ConnectionCounts {
  readonly totals: Totals = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, framesDropped: 0, throttled: 0 };
  readonly #parent: ConnectionCounts | undefined;
  readonly #children = new Set<ConnectionCounts>();
  /** The fates of the messages of connections that have ended. */
  readonly #fates = { written: 0, discarded: 0, unknown: 0 };
  readonly #ended: Partial<Record<CloseReport['trigger'], number>> = {};
  readonly #cutShort: Partial<Record<EndedBy, number>> = {};
  readonly #refused: Record<number, number> = {};
  readonly #refusedBy: Record<string, number> = {};
  readonly #live = { accepted: noneLive(), dialed: noneLive() };
  #endedTotal = 0;
  #handshakes = 0;
  #lingering = 0;
  #restarts = 0;

  constructor(parent: ConnectionCounts | undefined) {
    this.#parent = parent;
    if (parent !== undefined) parent.#children.add(this);
  }

  /** The number of accepted connections that have not ended. */
  get accepted(): number {
    const { open, closing } = this.#live.accepted;
    return open + closing;
  }

  stats(): CountedStats {
    const { accepted, dialed } = this.#live;
    const { framesDropped, ...totals } = this.#allTotals();
    const { written, discarded, unknown } = this.#fates;
    const undecided = totals.framesOut - written - discarded - unknown;
    return {
      connections: sumOf(accepted, dialed),
      connectionsByRole: { accepted: { ...accepted }, dialed: { ...dialed } },
      ended: { ...this.#ended },
      cutShort: { ...this.#cutShort },
      endedTotal: this.#endedTotal,
      refused: { ...this.#refused },
      refusedBy: { ...this.#refusedBy },
      handshakesInFlight: this.#handshakes,
      lingeringHandlers: this.#lingering,
      restarts: this.#restarts,
      ...totals,
      fates: { written, dropped: framesDropped, discarded, unknown, undecided },
    };
  }

  stateChanged(role: 'accepted' | 'dialed', from: LiveState | undefined, to: LiveState | undefined): void {
    const live = this.#live[role];
    if (from !== undefined) live[from] -= 1;
    if (to !== undefined) live[to] += 1;
    this.#parent?.stateChanged(role, from, to);
  }

  handlerLingers(by: 1 | -1): void {
    this.#lingering += by;
    this.#parent?.handlerLingers(by);
  }

  handshakes(by: 1 | -1): void {
    this.#handshakes += by;
    this.#parent?.handshakes(by);
  }

  refused(status: number, why: string): void {
    this.#refused[status] = (this.#refused[status] ?? 0) + 1;
    this.#refusedBy[why] = (this.#refusedBy[why] ?? 0) + 1;
    this.#parent?.refused(status, why);
  }

  restarted(): void {
    this.#restarts += 1;
    this.#parent?.restarted();
  }

  ended(report: CloseReport): void {
    const { trigger, endedBy } = report;
    this.#endedTotal += 1;
    this.#ended[trigger] = (this.#ended[trigger] ?? 0) + 1;
    if (endedBy !== undefined) this.#cutShort[endedBy] = (this.#cutShort[endedBy] ?? 0) + 1;
    const { written, discarded, unknown } = fatesOf(report);
    this.#fates.written += written;
    this.#fates.discarded += discarded;
    this.#fates.unknown += unknown;
    this.#parent?.ended(report);
  }

  /** The supervisor has ended: its frames and bytes stay in the parent's counts. */
  close(): void {
    if (this.#parent === undefined) return;
    this.#parent.#children.delete(this);
    addTotals(this.#parent.totals, this.#allTotals());
  }

  #allTotals(): Totals {
    const sum = { ...this.totals };
    for (const child of this.#children) addTotals(sum, child.#allTotals());
    return sum;
  }
}

/** The part of a supervisor's `stats` that is counted here. */
export type CountedStats = Omit<
  SupervisorStats,
  'state' | 'dials' | 'children' | 'intensity' | 'drains' | 'localStallMs' | 'load' | 'heldBytes'
>;

type LiveState = 'connecting' | 'open' | 'closing';

const noneLive = (): Record<LiveState, number> => ({ connecting: 0, open: 0, closing: 0 });

function sumOf(a: Readonly<Record<LiveState, number>>, b: typeof a): Record<LiveState, number> {
  return { connecting: a.connecting + b.connecting, open: a.open + b.open, closing: a.closing + b.closing };
}

function addTotals(sum: Totals, more: Totals): void {
  sum.framesIn += more.framesIn;
  sum.framesOut += more.framesOut;
  sum.bytesIn += more.bytesIn;
  sum.bytesOut += more.bytesOut;
  sum.framesDropped += more.framesDropped;
  sum.throttled += more.throttled;
}
