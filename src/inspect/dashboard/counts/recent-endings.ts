import type { CloseReport } from '../../../transport/close-report.js';

/** The latest reports, in a ring of fixed size, found by connection. */
export class RecentEndings {
  readonly #most: number;
  /** How many reports there have been. */
  added = 0;
  readonly #reports: CloseReport[] = [];
  readonly #byId = new Map<string, CloseReport>();
  /** Where the oldest is, once the ring is full. */
  #oldest = 0;

  constructor(most: number, first: readonly CloseReport[] = []) {
    this.#most = most;
    for (const report of first.slice(-most)) this.add(report);
  }

  get size(): number {
    return this.#reports.length;
  }

  add(report: CloseReport): void {
    this.added += 1;
    this.#byId.set(report.connectionId, report);
    if (this.#reports.length < this.#most) {
      this.#reports.push(report);
      return;
    }
    const gone = this.#reports[this.#oldest];
    if (gone !== undefined) this.#byId.delete(gone.connectionId);
    this.#reports[this.#oldest] = report;
    this.#oldest = (this.#oldest + 1) % this.#most;
  }

  of(connectionId: string): CloseReport | undefined {
    return this.#byId.get(connectionId);
  }

  /** A copy, oldest first. */
  all(): readonly CloseReport[] {
    return [...this.#reports.slice(this.#oldest), ...this.#reports.slice(0, this.#oldest)];
  }
}
