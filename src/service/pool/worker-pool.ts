import type { Socket } from 'node:net';
import type { ChildSpec, Worker } from '../../supervisor/api/child-spec.js';
import type { Clock } from '../../supervisor/api/clock.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { RestartBackoff } from '../../supervisor/time/restart-backoff.js';
import { Distributor } from './distributor.js';
import { Gathering } from './gathering.js';
import type { FromWorker, Ready } from './messages.js';
import type { WorkerProcess } from './worker-process.js';
import { type RunOwner, WorkerRun } from './worker-run.js';

/** How long a worker that keeps crashing waits before it is forked again: at least half a second, 30 s at the most. */
const BACKOFF = {
  initialMs: 1000,
  maxMs: 30_000,
  factor: 2,
  stableAfterMs: 10_000,
  firstWithinMs: 0,
  maxAdviceMs: 0,
} as const;

/**
 * How many restarts the workers may need together before the service gives up, as an intensity of OTP: with the backoff
 * above one worker alone never needs as many where there are others, and all together do within half a minute.
 */
export const intensityOf = (workers: number) => ({ maxRestarts: 5 * workers, withinMs: 60_000 });

/** What a pool needs. */
export interface PoolOptions {
  /** Restarts the workers that crash. It has no other children. */
  readonly supervisor: Supervisor;
  /** How many workers there are. */
  readonly workers: number;
  readonly fork: (worker: number) => WorkerProcess;
  /** How long a worker may take to end, in ms; then its process is ended. */
  readonly endsWithinMs: number;
}

/** A worker could not be started. */
export class WorkerStartError extends Error {
  /** The exit status of its process, or the signal that ended it. */
  readonly status: number | string | undefined;

  constructor(worker: number, status: number | string | undefined) {
    super(`worker ${worker} has not started; its process has exited with ${status ?? 'nothing'}`);
    this.status = status;
  }
}

/** The workers of a service: started, restarted, and replaced one after the other, with a client never refused. */
export class WorkerPool implements RunOwner {
  readonly clock: Clock;
  readonly endsWithinMs: number;
  readonly #options: PoolOptions;
  readonly #distributor = new Distributor();
  readonly #gathering: Gathering;
  /** The present run of each worker. */
  readonly #runs = new Map<string, WorkerRun>();
  readonly #open = new Set<WorkerRun>();
  #numbers = 0;
  #generation = 0;
  #reloading: Promise<void> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.clock = options.supervisor.clock;
    this.endsWithinMs = options.endsWithinMs;
    this.#gathering = new Gathering(this.clock);
  }

  /**
   * Starts the first worker, which says where the service listens.
   *
   * @throws {WorkerStartError} by rejection.
   */
  startFirst(): Promise<Ready> {
    return this.#start(this.#generation);
  }

  /** Starts the others. @throws {WorkerStartError} by rejection, when all of them are ready or have exited. */
  async startOthers(): Promise<void> {
    const others = Array.from({ length: this.#options.workers - 1 }, () => this.#start(this.#generation));
    const failed = (await Promise.allSettled(others)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** Takes a client's socket, which nobody has read from. */
  hand(socket: Socket): void {
    this.#distributor.hand(socket);
  }

  /**
   * Replaces each worker: a new one takes clients before the old one lets its own go. A second call joins the first.
   *
   * @throws {WorkerStartError} when a new worker does not start: then the old ones that are left go on. By rejection.
   */
  reload(): Promise<void> {
    this.#reloading ??= this.#reload().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Drops clients that no worker will take. Called when all workers have ended. */
  close(): void {
    this.#distributor.close();
  }

  async #reload(): Promise<void> {
    const next = this.#generation + 1;
    for (const id of [...this.#runs.keys()]) {
      try {
        await this.#start(next);
      } catch (error) {
        // What is left must share the clients with what is new.
        for (const run of this.#runs.values()) run.generation = this.#generation;
        throw error;
      }
      this.#generation = next;
      await this.#remove(id);
    }
  }

  async #remove(id: string): Promise<void> {
    await this.#runs.get(id)?.retire();
    this.#runs.delete(id);
    const { supervisor } = this.#options;
    if (supervisor.state !== 'running') return;
    // Its exit may not have come to the supervisor yet.
    await supervisor.terminateChild(id);
    await supervisor.deleteChild(id);
  }

  async #start(generation: number): Promise<Ready> {
    this.#numbers += 1;
    const worker = this.#numbers;
    const id = `worker-${worker}`;
    await this.#options.supervisor.startChild(this.#specOf(worker, id, generation));
    const run = this.#runs.get(id);
    const ready = await run?.ready;
    if (ready !== undefined) return ready;
    await this.#remove(id);
    throw new WorkerStartError(worker, run?.status);
  }

  #specOf(worker: number, id: string, generation: number): ChildSpec<Worker> {
    const backoff = new RestartBackoff();
    let last: WorkerRun | undefined;
    return {
      id,
      restart: 'transient',
      shutdown: this.endsWithinMs,
      start: () => {
        const now = this.clock.now();
        const isFirst = last === undefined;
        if (last !== undefined) {
          if (last.readyAt !== undefined && now - last.readyAt >= BACKOFF.stableAfterMs) backoff.recovered();
          backoff.exited('abnormal', BACKOFF, now, Math.random);
        }
        const run = new WorkerRun(
          this,
          worker,
          Math.max(generation, this.#generation),
          isFirst ? 0 : backoff.delay(now),
        );
        last = run;
        this.#runs.set(id, run);
        if (!isFirst) return run;
        // What does not start the first time is not tried again: the caller of `reload` or `startFirst` gets the error.
        const exited = run.exited.then((exit) => (run.readyAt === undefined ? { reason: 'normal' as const } : exit));
        return {
          handle: run.handle,
          endsTogether: true,
          exited,
          shutDown: () => run.shutDown(),
          terminate: () => run.terminate(),
        };
      },
    };
  }

  fork(worker: number): WorkerProcess {
    return this.#options.fork(worker);
  }

  opened(run: WorkerRun): void {
    this.#open.add(run);
    this.#distributor.add(run);
  }

  left(run: WorkerRun): void {
    this.#open.delete(run);
    this.#distributor.remove(run);
  }

  onMessage(run: WorkerRun, message: FromWorker): void {
    if (message.kind === 'gather') this.#gathering.gather(run, message.request, this.#open);
    else if (message.kind === 'measured') this.#gathering.measured(run, message);
  }
}
