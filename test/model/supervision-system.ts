import type { Child, ChildSpec, Exit, RunningChild, Worker } from '../../src/supervisor/api/child-spec.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { ChildError, EndedError } from '../../src/transport/errors.js';
import { FakeTransport } from '../support/fake-transport.js';
import { replayed } from '../support/replayed.js';
import type { Reply } from './supervision-model.js';
import type { ChildNode, Regime, WorkerNode } from './supervision-scenario.js';

class StartFault extends Error {}

/** A run of a real child that follows its script and the steps. */
interface ScriptedRun extends RunningChild<Worker> {
  readonly path: string;
  isAlive: boolean;
  exit(exit: Exit): void;
}

/** A slow start. */
interface SlowStart {
  readonly path: string;
  end(ok: boolean): void;
}

/**
 * Real supervisors over scripted workers, on a clock that stands still; events are recorded as the model does.
 */
export class SupervisionSystem {
  readonly root: Supervisor;
  /** Replays the machines of all supervisors. */
  readonly replays: () => void;
  readonly clock = createHeapClock();
  readonly lines = new Map<string, string[]>();
  readonly slowStarts: SlowStart[] = [];
  readonly runs: ScriptedRun[] = [];
  readonly #startedAt = this.clock.now();
  readonly #runsSoFar = new Map<WorkerNode, number>();
  readonly #handles = new Map<string, Worker>();

  constructor({ strategy, maxRestarts, withinMs }: Regime) {
    this.root = createSupervisor({
      name: 'root',
      strategy,
      intensity: { maxRestarts, withinMs },
      clock: this.clock,
      transport: new FakeTransport(),
    });
    this.replays = replayed.of(this.root);
    this.root.events$.subscribe((event) => this.#note(event));
  }

  /** The supervisor at a path, if it has ever run. */
  at(path: string): Supervisor | undefined {
    let found: Supervisor = this.root;
    for (const id of path.split('/').slice(1)) {
      const child: Child | undefined = found.child(id);
      if (child?.kind !== 'supervisor') return undefined;
      found = child;
    }
    return found;
  }

  /** A child's spec, as a user would write it. */
  spec(node: ChildNode, parent: string): ChildSpec {
    const { id, restart, shutdown } = node;
    const path = `${parent}/${id}`;
    if (node.kind === 'worker') return { id, restart, shutdown, start: () => this.#start(node, path) };
    const { strategy, maxRestarts, withinMs, children } = node;
    const specs = children.map((child) => this.spec(child, path));
    return {
      id,
      restart,
      shutdown,
      start: (context) =>
        context.supervise({ name: `root${path}`, strategy, intensity: { maxRestarts, withinMs }, children: specs }),
    };
  }

  call(promise: Promise<unknown>, reply: (reply: Reply) => void): void {
    promise.then(
      () => reply('ok'),
      (error: unknown) => reply(replyOf(error)),
    );
  }

  /** Timers fire one by one, each settled before the next. */
  advance(ms: number): Promise<void> {
    return this.clock.advanceAsync(ms);
  }

  /** Everything here is made of promises: all of them settle within one turn of the event loop. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  get #now(): number {
    return this.clock.now() - this.#startedAt;
  }

  #start(node: WorkerNode, path: string): RunningChild<Worker> | Promise<RunningChild<Worker>> {
    const count = this.#runsSoFar.get(node) ?? 0;
    this.#runsSoFar.set(node, count + 1);
    this.#record(path, `start at ${this.#now}`);
    const run = this.#newRun(node, path, node.stops[Math.min(count, node.stops.length - 1)] ?? 'ok');
    const begin = () => {
      run.isAlive = true;
      this.runs.push(run);
      return run;
    };
    switch (node.starts[Math.min(count, node.starts.length - 1)]) {
      case 'fail':
        throw new StartFault();
      case 'slow':
        return new Promise((resolve, reject) => {
          this.slowStarts.push({ path, end: (ok) => (ok ? resolve(begin()) : reject(new StartFault())) });
        });
      default:
        return begin();
    }
  }

  #newRun(node: WorkerNode, path: string, stop: WorkerNode['stops'][number]): ScriptedRun {
    let handle = this.#handles.get(path);
    if (handle === undefined) this.#handles.set(path, (handle = { kind: 'worker' }));
    let resolveExited: (exit: Exit) => void = () => {};
    const exited = new Promise<Exit>((resolve) => {
      resolveExited = resolve;
    });
    const run: ScriptedRun = {
      path,
      handle,
      exited,
      endsTogether: node.endsTogether,
      isAlive: false,
      exit: (exit) => {
        if (!run.isAlive) return;
        run.isAlive = false;
        resolveExited(exit);
      },
      shutDown: () => {
        if (!run.isAlive) return;
        this.#record(path, `shut down at ${this.#now}`);
        if (stop !== 'linger') run.exit({ reason: stop === 'ok' ? 'shutdown' : 'abnormal' });
      },
      terminate: () => {
        if (!run.isAlive) return;
        this.#record(path, `terminated at ${this.#now}`);
        run.exit({ reason: 'abnormal' });
      },
      conclude: ({ reason }) => this.#record(path, `concluded ${reason}`),
    };
    return run;
  }

  #note(event: SupervisorEvent): void {
    const [supervisor, line] = lineOf(event);
    this.#record(`${supervisor.slice('root'.length)}/`, line);
  }

  #record(about: string, line: string): void {
    const lines = this.lines.get(about);
    if (lines === undefined) this.lines.set(about, [line]);
    else lines.push(line);
  }
}

function replyOf(error: unknown): Reply {
  if (error instanceof ChildError) return error.reason;
  if (error instanceof EndedError) return 'ended';
  if (error instanceof StartFault) return 'fault';
  throw error;
}

/** Whose event it is, and what the model says for it. These scenarios have no other events. */
function lineOf(event: SupervisorEvent): [supervisor: string, line: string] {
  switch (event.type) {
    case 'child.started':
      return [event.supervisor, `started ${event.childId} ${event.kind}`];
    case 'child.start-failed':
      return [event.supervisor, `start-failed ${event.childId}`];
    case 'child.exited':
      return [event.supervisor, `exited ${event.exit.id} ${event.exit.reason}`];
    case 'child.kept':
      return [event.supervisor, `kept ${event.exit.id} ${event.exit.reason}`];
    case 'child.forgotten':
      return [event.supervisor, `forgotten ${event.exit.id} ${event.exit.reason}`];
    case 'child.restarting':
      return [
        event.supervisor,
        `restarting ${event.exit.id} ${event.exit.reason} ${event.restarts} ${event.together.join('+')}`,
      ];
    case 'supervisor.escalated':
      return [event.supervisor, `escalated ${event.exit.id} ${event.exit.reason} ${event.restarts}`];
    case 'supervisor.stopping':
      return [event.supervisor, 'stopping'];
    case 'supervisor.stopped':
      return [event.supervisor, `stopped ${event.report.outcome} ${event.report.reason}`];
    default:
      throw new Error(`a supervisor of workers published ${event.type}`);
  }
}
