import type { Clock } from '../../supervisor/api/clock.js';
import type { FromWorker, ToWorker } from './messages.js';

/** How long the measurements of a worker are awaited, in ms: one that is stuck must not take those of the others. */
export const MEASURED_WITHIN_MS = 2000;

/** A worker that can be asked for its measurements. */
export interface Measured {
  send(message: Extract<ToWorker, { readonly kind: 'measure' | 'gathered' }>): void;
}

/** Collects the measurements of all workers for the one that was scraped. */
export class Gathering {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly #open = new Map<number, (from: Measured, metrics: readonly object[]) => void>();
  #requests = 0;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>) {
    this.#clock = clock;
  }

  /** Asks every worker, and answers `asker` when all have answered, or in time. */
  gather(asker: Measured, asked: number, workers: Iterable<Measured>): void {
    this.#requests += 1;
    const request = this.#requests;
    const awaited = new Set(workers);
    const metrics: (readonly object[])[] = [];
    const finish = () => {
      this.#clock.clearTimeout(timer);
      this.#open.delete(request);
      asker.send({ kind: 'gathered', request: asked, metrics });
    };
    const timer = this.#clock.setTimeout(finish, MEASURED_WITHIN_MS);
    this.#open.set(request, (from, its) => {
      if (!awaited.delete(from)) return;
      metrics.push(its);
      if (awaited.size === 0) finish();
    });
    if (awaited.size === 0) finish();
    else for (const worker of [...awaited]) worker.send({ kind: 'measure', request });
  }

  measured(from: Measured, { request, metrics }: Extract<FromWorker, { readonly kind: 'measured' }>): void {
    this.#open.get(request)?.(from, metrics);
  }
}
