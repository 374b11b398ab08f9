import type { ChildSpec, Clock, Exit, Worker } from '../index.js';
import { delayBefore } from '../supervisor/time/backoff.js';
import { deferred } from '../supervisor/time/deferred.js';
import type { ClusterStatus } from './api/cluster.js';
import { BrokerDownError } from './api/errors.js';
import type { Broker, BrokerLink } from './port/broker.js';

/** How the line is kept. */
export interface LineSettings {
  readonly broker: Broker;
  readonly node: string;
  readonly clock: Clock;
  readonly connectWithinMs: number;
  readonly random: () => number;
}

/** What the line reports. */
export interface LineSink {
  up(link: BrokerLink): void;
  /** `hadLink` is false for an attempt that has failed; without an `error` the link was to end. */
  down(error: unknown, hadLink: boolean): void;
  /** The line is asked to end. What is said to the link now still leaves. */
  stopping(link: BrokerLink | undefined): void;
}

/** How long a link lasts, in ms, until the next attempt after it counts as the first. */
const STABLE_AFTER_MS = 5_000;

/** The longest pause between two attempts, in ms: a broker that is back has the links of all nodes within this. */
export const MOST_PAUSE_MS = 2_000;

/** Full jitter, as for dialers: nodes that were lost together do not come back together. */
const BACKOFF = { initialMs: 100, factor: 2, maxMs: MOST_PAUSE_MS, firstWithinMs: 0, stableAfterMs: 0, maxAdviceMs: 0 };

/**
 * One link with the broker after the other, as a child of the supervisor: as with a dialer, a new link is no restart,
 * and a broker that is away for hours does not use up the supervisor's intensity.
 */
export class BrokerLine {
  readonly #settings: LineSettings;
  readonly #sink: LineSink;
  #status: ClusterStatus = 'connecting';
  #link: BrokerLink | undefined;
  #wake: () => void = () => {};

  constructor(settings: LineSettings, sink: LineSink) {
    this.#settings = settings;
    this.#sink = sink;
  }

  get status(): ClusterStatus {
    return this.#status;
  }

  get link(): BrokerLink | undefined {
    return this.#link;
  }

  /** The line as a child of a supervisor. A start is over when the first attempt is, also if that has failed. */
  spec(id: string): ChildSpec<Worker> {
    return {
      id,
      start: async ({ signal }) => {
        const stop = new AbortController();
        const exited = deferred<Exit>();
        const first = deferred<void>();
        const shutDown = () => this.#shutDown(stop);
        signal.addEventListener('abort', shutDown);
        void this.#run(stop.signal, first.resolve).then(() => exited.resolve({ reason: 'shutdown' }));
        await first.promise;
        const terminate = () => {
          shutDown();
          exited.resolve({ reason: 'shutdown' });
        };
        return { handle: { kind: 'worker' }, exited: exited.promise, shutDown, terminate };
      },
    };
  }

  async #run(signal: AbortSignal, attempted: () => void): Promise<void> {
    const { clock } = this.#settings;
    const letGo = clock.keepAlive?.();
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const error = await this.#connect(signal);
      const link = this.#link;
      if (link !== undefined) {
        const upAt = clock.now();
        await this.#hold(link, signal, attempted);
        if (clock.now() - upAt >= STABLE_AFTER_MS) attempt = 0;
      } else if (!signal.aborted) {
        this.#status = 'down';
        this.#sink.down(error, false);
      }
      attempted();
      if (!signal.aborted) await this.#pause(delayBefore(attempt, BACKOFF, this.#settings.random));
    }
    this.#status = 'stopped';
    letGo?.();
  }

  /** Makes one attempt. Returns why it has failed, if it has. */
  async #connect(stop: AbortSignal): Promise<unknown> {
    const { broker, node, clock, connectWithinMs } = this.#settings;
    this.#status = 'connecting';
    const attempt = new AbortController();
    const giveUp = (reason: Error) => attempt.abort(reason);
    const stopped = () => giveUp(new BrokerDownError('the cluster stops'));
    stop.addEventListener('abort', stopped);
    const late = () => giveUp(new BrokerDownError(`the broker did not answer within ${connectWithinMs} ms`));
    const timer = clock.setTimeout(late, connectWithinMs);
    const givenUp = new Promise<never>((_, reject) => {
      attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason));
    });
    try {
      const link = Promise.resolve().then(() => broker.connect({ node, signal: attempt.signal, clock }));
      // A broker that does not heed the signal: what it brings too late is closed.
      link.then(
        async (lateLink) => {
          if (attempt.signal.aborted) await lateLink.close();
        },
        () => {},
      );
      this.#link = await Promise.race([link, givenUp]);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      clock.clearTimeout(timer);
      stop.removeEventListener('abort', stopped);
    }
  }

  /** Uses a link until it has ended. */
  async #hold(link: BrokerLink, stop: AbortSignal, attempted: () => void): Promise<void> {
    this.#status = 'up';
    this.#sink.up(link);
    attempted();
    const error = await link.ended;
    const unasked = stop.aborted ? undefined : new BrokerDownError('the broker has ended the link');
    this.#link = undefined;
    this.#status = 'down';
    this.#sink.down(error ?? unasked, true);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#settings.clock.setTimeout(resolve, ms);
      this.#wake = () => {
        this.#settings.clock.clearTimeout(timer);
        resolve();
      };
    });
  }

  #shutDown(stop: AbortController): void {
    if (stop.signal.aborted) return;
    this.#sink.stopping(this.#link);
    stop.abort();
    this.#wake();
    void this.#link?.close();
  }
}
