import type { CloseReport, CloseTrigger, EndedBy } from '../../transport/close-report.js';
import type { DrainReport } from '../api/drain.js';

/** What became of one connection in a drain. */
export type DrainFate = 'finishedByThemselves' | 'clean' | 'forced';

/** What of a report bears on that. */
type Ending = Pick<CloseReport, 'outcome' | 'trigger' | 'endedBy'>;

/** How many of the slowest are named. */
const SLOWEST_KEPT = 5;

/** Endings that are the drain's doing: its own, and those of the stop that ends or overtakes it. */
function isOurs(by: CloseTrigger | EndedBy | undefined): boolean {
  return by === 'drained' || by === 'supervisor-stopped';
}

/**
 * What became of a connection. One that had begun to end by itself, and was then terminated, was forced all the same.
 */
export function fateOf({ outcome, trigger, endedBy }: Ending): DrainFate {
  if (isOurs(trigger)) return outcome === 'closed' ? 'clean' : 'forced';
  return isOurs(endedBy) ? 'forced' : 'finishedByThemselves';
}

/** Counts what becomes of each connection of a drain. */
export class DrainAccount {
  readonly #counts: Record<DrainFate, number> = { finishedByThemselves: 0, clean: 0, forced: 0 };
  #slowest: { readonly id: string; readonly ms: number }[] = [];
  #refused = 0;

  /** One connection has ended. @param ms from its Close to its end; `undefined` when the drain did not close it. */
  ended(id: string, fate: DrainFate, ms: number | undefined): void {
    this.#counts[fate] += 1;
    if (ms === undefined || (this.#slowest.length === SLOWEST_KEPT && ms <= (this.#slowest.at(-1)?.ms ?? 0))) return;
    this.#slowest = [...this.#slowest, { id, ms }].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST_KEPT);
  }

  /** One opening handshake was refused. */
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
