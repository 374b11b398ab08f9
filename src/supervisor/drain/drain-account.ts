import type { CloseReport, CloseTrigger, EndedBy } from '../../transport/close-report.js';
import type { DrainReport } from '../api/drain.js';

/** The number of connections listed as slowest. */
const SLOWEST_KEPT = 5;

/** Counts how the connections of a drain end. */
export class DrainAccount {
  readonly #counts: Record<DrainFate, number> = { finishedByThemselves: 0, clean: 0, forced: 0 };
  #slowest: { readonly id: string; readonly ms: number }[] = [];
  #refused = 0;

  /**
   * Enters the end of one connection.
   *
   * @param ms the time from its Close to its end; `undefined` when the drain did not close it.
   */
  ended(id: string, fate: DrainFate, ms: number | undefined): void {
    this.#counts[fate] += 1;
    if (ms === undefined || (this.#slowest.length === SLOWEST_KEPT && ms <= (this.#slowest.at(-1)?.ms ?? 0))) return;
    this.#slowest = [...this.#slowest, { id, ms }].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST_KEPT);
  }

  /** Counts one refused opening handshake. */
  refused(): void {
    this.#refused += 1;
  }

  report(end: Pick<DrainReport, 'outcome' | 'left' | 'lingering' | 'durationMs'>): DrainReport {
    const { finishedByThemselves, clean, forced } = this.#counts;
    const { outcome, left, lingering, durationMs } = end;
    const total = finishedByThemselves + clean + forced + left;
    return {
      outcome,
      total,
      finishedByThemselves,
      clean,
      forced,
      left,
      refused: this.#refused,
      lingering,
      durationMs,
      slowest: this.#slowest,
    };
  }
}

/**
 * Decides how a connection ended. A connection that had begun to end by itself and was then terminated counts as
 * forced.
 */
export function fateOf({ outcome, trigger, endedBy }: Ending): DrainFate {
  if (isByDrain(trigger)) return outcome === 'closed' ? 'clean' : 'forced';
  return isByDrain(endedBy) ? 'forced' : 'finishedByThemselves';
}

/** Whether a drain ended a connection: by itself, or by the stop that ends or supersedes it. */
function isByDrain(by: CloseTrigger | EndedBy | undefined): boolean {
  return by === 'drained' || by === 'supervisor-stopped';
}

/** How one connection ended in a drain. */
export type DrainFate = 'finishedByThemselves' | 'clean' | 'forced';

/** The fields of a close report that decide this. */
type Ending = Pick<CloseReport, 'outcome' | 'trigger' | 'endedBy'>;
