import { seed } from '../../support/seed.js';

/** How many runs there are unless WIREKEEPER_RUNS says so. */
export interface DefaultRuns {
  readonly runs: number;
  /** On a slow machine no more are begun after this time, in ms, */
  readonly withinMs: number;
  /** but so many are made in any case. */
  readonly atLeast: number;
}

/**
 * The runs of one random test. A failure names its seed and its path: `WIREKEEPER_SEED=... WIREKEEPER_PATH=...` runs
 * that one again, and `WIREKEEPER_RUNS=...` makes more.
 */
export class RandomRuns {
  readonly seed: number = seed;
  readonly runs: number;
  /** For the test, in ms. */
  readonly timeoutMs: number;
  readonly #atLeast: number;
  readonly #withinMs: number;
  #begun = 0;
  #beganAt: number | undefined;

  constructor({ runs, withinMs, atLeast }: DefaultRuns) {
    const asked = process.env['WIREKEEPER_RUNS'];
    this.runs = asked === undefined ? runs : Number(asked);
    this.#atLeast = asked === undefined ? atLeast : this.runs;
    this.#withinMs = withinMs;
    this.timeoutMs = 60_000 + this.runs * 200;
  }

  /** What fast-check is given. */
  get parameters(): { readonly seed: number; readonly numRuns: number; readonly path?: string } {
    const path = process.env['WIREKEEPER_PATH'];
    return { seed: this.seed, numRuns: this.runs, ...(path === undefined ? {} : { path }) };
  }

  /** Whether another run is begun: fast-check's own time limits would leave the last one in the middle. */
  get goesOn(): boolean {
    const now = performance.now();
    this.#beganAt ??= now;
    this.#begun += 1;
    return this.#begun <= this.#atLeast || now - this.#beganAt < this.#withinMs;
  }
}
