/** How long all jobs together may run before the event loop has its turn, in ms. */
const SLICE_MS = 4;

/** Work that pauses at each `yield`. Its pieces should take well below a millisecond. */
export type Job = Generator<void, void, void>;

/**
 * Does long work in slices, so that it never keeps the event loop for long: however many jobs there are, they share one
 * slice in each turn.
 */
export class Slicer {
  readonly #now: () => number;
  readonly #jobs: { readonly job: Job; readonly onDone: () => void }[] = [];
  #next: NodeJS.Immediate | undefined;

  /** @param now monotonic time in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Starts a job.
   *
   * @param onDone called when it has run to its end, unless it was called off.
   * @returns calls the job off.
   */
  run(job: Job, onDone: () => void): () => void {
    const entry = { job, onDone };
    this.#jobs.push(entry);
    this.#next ??= setImmediate(() => this.#slice());
    return () => {
      const index = this.#jobs.indexOf(entry);
      if (index >= 0) this.#jobs.splice(index, 1);
    };
  }

  /** Calls every job off. */
  stop(): void {
    this.#jobs.length = 0;
    clearImmediate(this.#next);
    this.#next = undefined;
  }

  #slice(): void {
    this.#next = undefined;
    const until = this.#now() + SLICE_MS;
    do {
      const entry = this.#jobs.shift();
      if (entry === undefined) return;
      if (entry.job.next().done === true) entry.onDone();
      else this.#jobs.push(entry);
    } while (this.#now() < until);
    if (this.#jobs.length > 0) this.#next ??= setImmediate(() => this.#slice());
  }
}
