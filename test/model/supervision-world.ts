import type { WorkerNode } from './supervision-scenario.js';

/** What runs of itself: each `yield` waits for something to change. */
export type Process<Result = void> = Generator<undefined, Result, undefined>;

/** A start that was asked for. */
export interface Begun<Run> {
  readonly run: Run;
  fault: 'fault' | 'ended' | 'pending' | undefined;
  /** Nobody waits for it any more. */
  isUnwanted: boolean;
}

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** A worker of the model: it follows its scripts and the steps. */
export class ModelWorker {
  readonly path: string;
  alive = false;
  reason: 'normal' | 'shutdown' | 'abnormal' | undefined;
  onExit = () => {};
  readonly #world: ModelWorld;
  readonly endsTogether: boolean;
  readonly #stop: WorkerNode['stops'][number];

  constructor(world: ModelWorld, path: string, stop: WorkerNode['stops'][number], endsTogether: boolean) {
    this.#world = world;
    this.endsTogether = endsTogether;
    this.path = path;
    this.#stop = stop;
  }

  exit(reason: 'normal' | 'shutdown' | 'abnormal'): void {
    if (!this.alive) return;
    this.alive = false;
    this.reason = reason;
    this.#world.changed();
    this.onExit();
  }

  shutDown(): void {
    if (!this.alive) return;
    this.#world.record(this.path, `shut down at ${this.#world.now}`);
    if (this.#stop !== 'linger') this.exit(this.#stop === 'ok' ? 'shutdown' : 'abnormal');
  }

  kill(): void {
    if (!this.alive) return;
    this.#world.record(this.path, `terminated at ${this.#world.now}`);
    this.exit('abnormal');
  }
}

/** Time, processes, and workers of the model, and the lines recorded about each of them. */
export class ModelWorld {
  now = 0;
  /** Counts what happens at once: a step or a timer with all that follows. */
  instant = 0;
  /**
   * Two supervisors were at work at once and one stopped the other, or both sent to one: who comes first is nobody's
   * promise, OTP's neither.
   */
  isRacing = false;
  readonly lines = new Map<string, string[]>();
  readonly pending: Begun<ModelWorker>[] = [];
  readonly workers: ModelWorker[] = [];
  readonly #processes: Process[] = [];
  readonly #runsSoFar = new Map<WorkerNode, number>();
  #timers: Timer[] = [];
  #isChanged = false;

  record(about: string, line: string): void {
    this.lines.set(about, [...(this.lines.get(about) ?? []), line]);
    this.changed();
  }

  changed(): void {
    this.#isChanged = true;
  }

  spawn(process: Process): void {
    this.#processes.push(process);
    this.changed();
  }

  timer(ms: number, ring: () => void): { cancel(): void } {
    const timer = { at: this.now + ms, ring };
    if (ms !== Number.POSITIVE_INFINITY) this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  startWorker(node: WorkerNode, path: string): Begun<ModelWorker> {
    const run = this.#runsSoFar.get(node) ?? 0;
    this.#runsSoFar.set(node, run + 1);
    this.record(path, `start at ${this.now}`);
    const worker = new ModelWorker(
      this,
      path,
      node.stops[Math.min(run, node.stops.length - 1)] ?? 'ok',
      node.endsTogether,
    );
    const script = node.starts[Math.min(run, node.starts.length - 1)] ?? 'ok';
    const begun: Begun<ModelWorker> = {
      run: worker,
      fault: script === 'ok' ? undefined : script === 'fail' ? 'fault' : 'pending',
      isUnwanted: false,
    };
    if (script === 'ok') this.#live(worker);
    if (script === 'slow') this.pending.push(begun);
    return begun;
  }

  /** A slow start ends. A run that is no longer awaited is terminated. */
  endStart(begun: Begun<ModelWorker>, ok: boolean): void {
    this.pending.splice(this.pending.indexOf(begun), 1);
    begun.fault = ok ? undefined : 'fault';
    if (ok) this.#live(begun.run);
    if (ok && begun.isUnwanted) begun.run.kill();
    this.changed();
  }

  advance(ms: number): void {
    const until = this.now + ms;
    for (let next = this.#nextTimer(until); next !== undefined; next = this.#nextTimer(until)) {
      this.now = next.at;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.instant += 1;
      next.ring();
      this.settle();
    }
    this.now = until;
  }

  /** Runs every process until none gets any further. */
  settle(): void {
    this.instant += 1;
    do {
      this.#isChanged = false;
      for (const process of this.#processes) process.next();
    } while (this.#isChanged);
  }

  #live(worker: ModelWorker): void {
    worker.alive = true;
    this.workers.push(worker);
    this.changed();
  }

  #nextTimer(until: number): Timer | undefined {
    return this.#timers
      .filter(({ at }) => at <= until)
      .reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
  }
}
