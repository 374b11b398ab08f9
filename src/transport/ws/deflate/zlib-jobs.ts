/** A job of zlib in the background; it calls `release` when it has ended. */
type Job = (release: () => void) => void;

/**
 * Runs at most a fixed number of jobs at once; the others wait in order. Without a limit, the memory of zlib for all
 * jobs that run at once would fragment the heap (https://github.com/nodejs/node/issues/8871).
 */
export class ZlibJobs {
  readonly #atOnce: number;
  #running = 0;
  #waiting: Job[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  add(job: Job): void {
    if (this.#running < this.#atOnce) this.#run(job);
    else this.#waiting.push(job);
  }

  #run(job: Job): void {
    this.#running += 1;
    job(this.#release);
  }

  readonly #release = (): void => {
    this.#running -= 1;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#run(next);
  };
}

/** Those of all connections, as many at once as ws has: it is the process's memory, and its threads, that are short. */
export const zlibJobs = new ZlibJobs(10);
