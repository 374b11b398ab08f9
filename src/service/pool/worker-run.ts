import type { Socket } from 'node:net';
import type { Exit, RunningChild, Worker } from '../../supervisor/api/child-spec.js';
import type { Clock } from '../../supervisor/api/clock.js';
import { deferred } from '../../supervisor/time/deferred.js';
import type { Taker } from './distributor.js';
import type { FromWorker, Ready, ToWorker } from './messages.js';
import type { WorkerProcess } from './worker-process.js';

/** How long a worker may take to say that it is ready, in ms; a module's `setup` is part of it. */
const READY_WITHIN_MS = 60_000;

/** How long a worker may take to drop its connections and exit, in ms. */
const TERMINATED_WITHIN_MS = 2000;

/** What a run needs of its pool. */
export interface RunOwner {
  readonly clock: Clock;
  /** How long a worker that has been asked to end may take, in ms; then its process is ended. */
  readonly endsWithinMs: number;
  fork(worker: number): WorkerProcess;
  /** Clients may come, or may not come any more. */
  opened(run: WorkerRun): void;
  left(run: WorkerRun): void;
  onMessage(run: WorkerRun, message: FromWorker): void;
}

/** One run of a worker: a process from its fork to its exit. */
export class WorkerRun implements RunningChild<Worker>, Taker {
  readonly handle: Worker = { kind: 'worker' };
  readonly endsTogether = true;
  readonly worker: number;
  generation: number;
  readonly #owner: RunOwner;
  readonly #ready = deferred<Ready | undefined>();
  readonly #exited = deferred<Exit>();
  /** Resolves with what it has said, or with nothing when it has exited before. */
  readonly ready: Promise<Ready | undefined> = this.#ready.promise;
  readonly exited: Promise<Exit> = this.#exited.promise;
  /** The exit status of its process, or the signal that ended it. */
  status: number | string | undefined;
  readyAt: number | undefined;
  #process: WorkerProcess | undefined;
  #isAsked = false;
  #isOver = false;
  #timer: unknown;
  #handed = 0;
  #received = 0;
  #open = 0;

  /** @param delayMs how long to wait before the fork: a worker that keeps crashing is not forked at once. */
  constructor(owner: RunOwner, worker: number, generation: number, delayMs: number) {
    this.#owner = owner;
    this.worker = worker;
    this.generation = generation;
    if (delayMs === 0) this.#fork();
    else this.#after(delayMs, () => this.#fork());
  }

  /** What it has, and what is on its way to it. */
  get load(): number {
    return this.#open + this.#handed - this.#received;
  }

  take(socket: Socket): void {
    this.#handed += 1;
    this.#process?.send({ kind: 'socket' }, socket);
  }

  send(message: Exclude<ToWorker, { readonly kind: 'socket' }>): void {
    this.#process?.send(message);
  }

  /** Lets it end what it has, while others take new clients. */
  async retire(): Promise<void> {
    this.#owner.left(this);
    this.#ask('retire');
    await this.exited;
  }

  /** It may refuse new clients meanwhile. */
  shutDown(): void {
    this.#ask('stop');
  }

  terminate(): void {
    this.#ask('terminate');
    if (!this.#isOver) this.#after(TERMINATED_WITHIN_MS, () => this.#process?.cut());
  }

  #ask(kind: 'retire' | 'stop' | 'terminate'): void {
    this.#isAsked = true;
    if (this.#isOver) return;
    if (this.#process === undefined) {
      this.#exit({ reason: 'shutdown' });
      return;
    }
    this.#after(this.#owner.endsWithinMs, () => this.#process?.cut());
    this.#process.send({ kind });
  }

  #fork(): void {
    const process = this.#owner.fork(this.worker);
    this.#process = process;
    this.#after(READY_WITHIN_MS, () => process.cut());
    process.onMessage((message) => this.#hear(message));
    void process.exited.then((status) => {
      this.status = status;
      const how = typeof status === 'string' ? `by ${status}` : `with status ${status}`;
      this.#exit(
        this.#isAsked
          ? { reason: 'shutdown' }
          : { reason: 'abnormal', error: new Error(`the process of worker ${this.worker} has exited ${how}`) },
      );
    });
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        if (!this.#isAsked) this.#owner.clock.clearTimeout(this.#timer);
        this.readyAt = this.#owner.clock.now();
        // What retires already takes nobody.
        if (!this.#isAsked) this.#owner.opened(this);
        this.#ready.resolve(message);
        return;
      case 'load':
        this.#received = message.received;
        this.#open = message.open;
        return;
      case 'leaving':
        this.#owner.left(this);
        return;
      default:
        this.#owner.onMessage(this, message);
    }
  }

  #exit(exit: Exit): void {
    this.#isOver = true;
    this.#owner.clock.clearTimeout(this.#timer);
    this.#owner.left(this);
    this.#exited.resolve(exit);
    this.#ready.resolve(undefined);
  }

  /** Each deadline takes the place of the one before. */
  #after(ms: number, act: () => void): void {
    this.#owner.clock.clearTimeout(this.#timer);
    this.#timer = this.#owner.clock.setTimeout(act, ms);
  }
}
