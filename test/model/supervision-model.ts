/**
 * Supervision as OTP's documents have it, in the manner of Erlang: each supervisor is a process (a generator) that
 * takes one message after the other from its mailbox and may wait in the middle of one. Nothing of `src/` is used.
 *
 * Sources: supervisor(3) and "Supervisor Behaviour" of the OTP Design Principles. Where wirekeeper differs (see
 * docs/supervision.md) it says so: a stop does not wait behind other messages, and calls off a start that is under way.
 */
import type { ChildNode, Regime, SupervisorNode } from './supervision-scenario.js';
import type { ModelWorld, Process } from './supervision-world.js';

type Reason = 'normal' | 'shutdown' | 'abnormal';
export type Reply =
  | 'ok'
  | 'ended'
  | 'fault'
  | 'already-started'
  | 'already-present'
  | 'not-found'
  | 'running'
  | 'restarting';

/** What hindered a start: the start itself, or a stop that came in between. */
type Fault = 'fault' | 'ended' | undefined;

/** A run of a child: OTP's pid. */
export interface Run {
  readonly path: string;
  alive: boolean;
  reason: Reason | undefined;
  readonly endsTogether: boolean;
  onExit: () => void;
  shutDown(): void;
  kill(): void;
}

interface Entry {
  readonly node: ChildNode;
  readonly path: string;
  state: 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped';
  run: Run | undefined;
  handle: ModelSupervisor | 'worker' | undefined;
  isHeld: boolean;
  isStoppedByUser: boolean;
  restarts: number;
  lastReason: Reason;
}

type Message = { readonly reply?: (reply: Reply) => void; readonly handle: () => Process };

export class ModelSupervisor implements Run {
  readonly path: string;
  alive = true;
  reason: Reason | undefined;
  onExit = () => {};
  state: 'running' | 'stopping' | 'stopped' | 'failed' = 'running';
  /** `undefined` until the first children have been started, or not. */
  started: { readonly fault: Fault } | undefined;
  entries: Entry[] = [];
  readonly #world: ModelWorld;
  readonly #regime: Regime;
  readonly #parent: ModelSupervisor | undefined;
  #mailbox: Message[] = [];
  /** Whether it is in the middle of a message. */
  #isBusy = true;
  /** The last instant in which it did something of its own accord. */
  #busyAt = 0;
  /** Which of the processes at work last sent it a message, and in which instant. */
  #lastSent: { readonly by: ModelSupervisor; readonly at: number } | undefined;
  #restarts: number[] = [];
  #why: 'asked' | 'shutdown' | 'escalated' | undefined;
  #starting:
    | { readonly entry: Entry; readonly childSupervisor: ModelSupervisor | undefined; isAbandoned: boolean }
    | undefined;

  constructor(world: ModelWorld, path: string, regime: Regime, parent: ModelSupervisor | undefined) {
    this.#world = world;
    this.path = path;
    this.#regime = regime;
    this.#parent = parent;
  }

  /** init/1, then the loop, then terminate/2. */
  *main(first: readonly ChildNode[]): Process {
    let fault: Fault;
    for (const node of first) {
      fault = yield* this.#startNew(node);
      if (fault !== undefined) break;
    }
    this.#busyAt = this.#world.instant;
    if (fault === undefined) this.started = { fault };
    else this.#shutDown();
    this.#isBusy = false;
    while (this.#why === undefined) {
      const message = this.#mailbox.shift();
      if (message === undefined) {
        yield;
        continue;
      }
      this.#isBusy = true;
      yield* message.handle();
      this.#isBusy = false;
      this.#busyAt = this.#world.instant;
    }
    for (const group of this.#stopOrder(this.entries)) {
      yield* this.#stopRuns(group, (entry) => this.#conclude(entry));
    }
    this.state = this.#why === 'escalated' ? 'failed' : 'stopped';
    this.reason = this.#why === 'asked' ? 'normal' : 'shutdown';
    this.#record(`stopped ${this.state} ${this.reason}`);
    this.started ??= { fault: fault ?? 'ended' };
    this.alive = false;
    this.#world.changed();
    this.onExit();
  }

  call(
    reply: (reply: Reply) => void,
    what: 'start' | 'terminate' | 'restart' | 'delete',
    id: string,
    node?: ChildNode,
  ): void {
    if (this.#why !== undefined) {
      reply('ended');
      return;
    }
    const answer = (said: Reply) => {
      reply(said);
      this.#world.changed();
    };
    this.#post({ reply: answer, handle: () => this.#handleCall(answer, what, id, node) });
  }

  /** The user's stop: the parent forgets it. A second one changes nothing. */
  stop(): void {
    this.#parent?.stoppedByUser(this);
    if (this.#why === undefined) this.#stopFor('asked');
  }

  /** The user's terminate: no child is shut down first. */
  cut(): void {
    this.#parent?.stoppedByUser(this);
    this.#killAll();
    if (this.#why === undefined) this.#stopFor('asked');
  }

  /** exit(Pid, shutdown). */
  shutDown(): void {
    this.noteRace();
    this.#shutDown();
  }

  kill(): void {
    this.noteRace();
    this.#killAll();
    this.#shutDown();
  }

  stoppedByUser(child: ModelSupervisor): void {
    const entry = this.entries.find(({ handle }) => handle === child);
    if (entry === undefined) return;
    const { run } = entry;
    entry.isStoppedByUser = true;
    this.#post({ handle: () => this.#handleStoppedByUser(entry, run) });
  }

  *#handleStoppedByUser(entry: Entry, run: Run | undefined): Process {
    if (!this.entries.includes(entry) || (entry.run !== undefined && entry.run === run)) return;
    yield* this.#stopRun(entry);
    this.#forget(entry);
  }

  *#handleCall(
    reply: (reply: Reply) => void,
    what: 'start' | 'terminate' | 'restart' | 'delete',
    id: string,
    node: ChildNode | undefined,
  ): Process {
    const entry = this.entries.find((other) => other.node.id === id);
    if (what === 'start' && node !== undefined) {
      if (entry !== undefined) {
        // {error, already_present}: "If a child specification with the specified id already exists", but is not
        // running.
        reply(entry.state === 'stopped' || entry.state === 'restarting' ? 'already-present' : 'already-started');
        return;
      }
      reply((yield* this.#startNew(node)) ?? 'ok');
      return;
    }
    if (entry === undefined) {
      reply('not-found');
      return;
    }
    if (what === 'terminate') {
      // "The process, if any, is terminated and, unless it is a temporary child, the child specification is kept."
      if (entry.state !== 'stopped') {
        yield* this.#stopRun(entry);
        this.#leave(entry);
      }
      reply('ok');
      return;
    }
    if (entry.state !== 'stopped') {
      reply(entry.state === 'restarting' ? 'restarting' : 'running');
      return;
    }
    if (what === 'delete') {
      this.#forget(entry);
      reply('ok');
      return;
    }
    const fault = yield* this.#launch(entry);
    reply(fault ?? (this.#why === undefined ? 'ok' : 'ended'));
  }

  *#startNew(node: ChildNode): Process<Fault> {
    const path = `${this.path}/${node.id}`;
    const entry: Entry = {
      node,
      path,
      state: 'starting',
      run: undefined,
      handle: undefined,
      isHeld: false,
      isStoppedByUser: false,
      restarts: 0,
      lastReason: 'shutdown',
    };
    this.entries.push(entry);
    const fault = yield* this.#launch(entry);
    // "If the child process start function returns an error tuple, the child specification is discarded."
    if (fault !== undefined) this.#remove(entry);
    return fault ?? (this.#why === undefined ? undefined : 'ended');
  }

  /** Starts one run, and waits for its answer; after a stop of this supervisor no longer than the child's budget. */
  *#launch(entry: Entry): Process<Fault> {
    entry.state = 'starting';
    const { node, path } = entry;
    const begun = node.kind === 'worker' ? this.#world.startWorker(node, path) : this.#startSupervisor(node, path);
    const childSupervisor = begun.run instanceof ModelSupervisor ? begun.run : undefined;
    const starting = { entry, childSupervisor, isAbandoned: false };
    this.#starting = starting;
    while (begun.fault === 'pending' && !(starting.isAbandoned && childSupervisor?.alive !== true)) {
      yield;
      if (
        !starting.isAbandoned &&
        childSupervisor?.started !== undefined &&
        (childSupervisor.started.fault === undefined || !childSupervisor.alive)
      )
        begun.fault = childSupervisor.started.fault;
    }
    this.#starting = undefined;
    const fault: Fault = starting.isAbandoned ? 'ended' : begun.fault === 'pending' ? undefined : begun.fault;
    if (starting.isAbandoned) begun.isUnwanted = true;
    if (fault !== undefined) {
      entry.state = 'stopped';
      this.#record(`start-failed ${node.id}`);
      return fault;
    }
    const { run } = begun;
    entry.run = run;
    entry.handle = childSupervisor ?? 'worker';
    entry.isHeld = true;
    entry.state = 'running';
    this.#record(`started ${node.id} ${node.kind}`);
    const onExit = () => {
      if (childSupervisor !== undefined && entry.state !== 'stopping') this.#noteSender(childSupervisor);
      this.#post({ handle: () => this.#handleExit(entry, run) });
    };
    run.onExit = onExit;
    if (!run.alive) onExit();
    return undefined;
  }

  #startSupervisor(node: SupervisorNode, path: string) {
    const childSupervisor = new ModelSupervisor(this.#world, path, node, this);
    this.#world.spawn(childSupervisor.main(node.children));
    return { run: childSupervisor, fault: 'pending' as Fault | 'pending', isUnwanted: false };
  }

  *#handleExit(entry: Entry, run: Run): Process {
    if (entry.run !== run) return;
    this.#ran(entry, run);
    yield* this.#judge(entry, entry.lastReason);
  }

  /** The table of "Restart Type", and "Maximum Restart Intensity". */
  *#judge(entry: Entry, reason: Reason): Process {
    const { restart } = entry.node;
    if (entry.isStoppedByUser || restart === 'temporary' || (restart === 'transient' && reason !== 'abnormal')) {
      this.#leave(entry);
      return;
    }
    const { now } = this.#world;
    this.#restarts = this.#restarts.filter((at) => at + this.#regime.withinMs >= now);
    // "If more than MaxR number of restarts occur in the last MaxT seconds, the supervisor terminates all the children
    // and then itself."
    if (this.#restarts.length + 1 > this.#regime.maxRestarts) {
      this.#record(`escalated ${entry.node.id} ${reason} ${this.#restarts.length}`);
      this.#stopFor('escalated');
      return;
    }
    this.#restarts.push(now);
    yield* this.#restart(entry, reason);
  }

  *#restart(entry: Entry, reason: Reason): Process {
    const { strategy } = this.#regime;
    const at = this.entries.indexOf(entry);
    const group =
      strategy === 'one_for_one' ? [entry] : strategy === 'one_for_all' ? [...this.entries] : this.entries.slice(at);
    this.#record(
      `restarting ${entry.node.id} ${reason} ${this.#restarts.length} ${group.map(({ node }) => node.id).join('+')}`,
    );
    for (const others of this.#stopOrder(group)) {
      yield* this.#stopRuns(others.filter((other) => other !== entry));
      if (this.#why !== undefined) return;
      for (const other of others) if (other.node.restart === 'temporary' || other.isStoppedByUser) this.#forget(other);
    }
    for (const other of group) {
      if (!this.entries.includes(other)) continue;
      const fault = yield* this.#launch(other);
      if (fault === undefined) other.restarts += 1;
      if (this.#why !== undefined) return;
      if (fault !== undefined) {
        other.state = 'restarting';
        other.lastReason = 'abnormal';
        this.#noteSender(this);
        this.#post({ handle: () => this.#handleTryAgain(other) });
        return;
      }
    }
  }

  *#handleTryAgain(entry: Entry): Process {
    if (entry.state === 'restarting' && this.entries.includes(entry)) yield* this.#judge(entry, 'abnormal');
  }

  /**
   * "The supervisor tells the child process to terminate by calling exit(Child, shutdown) and then waits"; after its
   * budget, kill.
   */
  *#stopRun(entry: Entry): Process {
    yield* this.#stopRuns([entry]);
  }

  /** Children that may end together: all are shut down before the first is awaited. */
  *#stopRuns(entries: readonly Entry[], onStopped = (_entry: Entry): void => {}): Process {
    for (const entry of entries) if (entry.run !== undefined) this.#shutDownChild(entry, entry.run);
    for (const entry of entries) {
      const { run } = entry;
      while (run?.alive === true) yield;
      if (run !== undefined) this.#ran(entry, run);
      entry.state = 'stopped';
      onStopped(entry);
    }
  }

  #shutDownChild(entry: Entry, run: Run): void {
    entry.state = 'stopping';
    if (run instanceof ModelSupervisor) run.noteRace();
    const { shutdown } = entry.node;
    if (shutdown === 'brutal') run.kill();
    else if (run.alive) {
      this.#world.timer(shutdown, () => {
        if (run.alive) run.kill();
      });
      run.shutDown();
    }
  }

  /**
   * "Started in the order specified, terminated in reverse order"; where wirekeeper differs: neighbours that may end
   * together are shut down at once.
   */
  *#stopOrder(entries: readonly Entry[]): Iterable<readonly Entry[]> {
    const left = [...entries].reverse();
    while (left.length > 0) {
      const ordered = left.findIndex(({ run }) => run !== undefined && !run.endsTogether);
      if (ordered === 0) yield left.splice(0, 1);
      else yield left.splice(0, ordered === -1 ? left.length : ordered);
    }
  }

  get endsTogether(): boolean {
    return this.entries.every(({ run }) => run === undefined || run.endsTogether);
  }

  #ran(entry: Entry, run: Run): void {
    entry.run = undefined;
    entry.state = 'stopped';
    entry.lastReason = run.reason ?? 'abnormal';
    this.#record(`exited ${entry.node.id} ${entry.lastReason}`);
  }

  #leave(entry: Entry): void {
    if (entry.node.restart === 'temporary' || entry.isStoppedByUser) {
      this.#forget(entry);
      return;
    }
    entry.state = 'stopped';
    this.#record(`kept ${entry.node.id} ${entry.lastReason}`);
    this.#conclude(entry);
  }

  #forget(entry: Entry): void {
    this.#remove(entry);
    entry.state = 'stopped';
    this.#record(`forgotten ${entry.node.id} ${entry.lastReason}`);
    this.#conclude(entry);
  }

  #remove(entry: Entry): void {
    this.entries = this.entries.filter((other) => other !== entry);
    this.#world.changed();
  }

  #conclude(entry: Entry): void {
    if (entry.isHeld && entry.node.kind === 'worker') this.#world.record(entry.path, `concluded ${entry.lastReason}`);
    entry.isHeld = false;
  }

  #stopFor(why: 'asked' | 'shutdown' | 'escalated'): void {
    this.#why = why;
    this.#busyAt = this.#world.instant;
    this.state = 'stopping';
    this.#record('stopping');
    for (const { reply } of this.#mailbox.splice(0)) reply?.('ended');
    const starting = this.#starting;
    if (starting === undefined) return;
    const { shutdown } = starting.entry.node;
    starting.childSupervisor?.shutDown();
    if (shutdown === 'brutal') this.#abandon();
    else this.#world.timer(shutdown, () => this.#starting === starting && this.#abandon());
  }

  #shutDown(): void {
    if (this.#why === undefined) this.#stopFor('shutdown');
  }

  /** Its parent is about to stop it. */
  noteRace(): void {
    const isAtWork = this.#busyAt === this.#world.instant || (!this.#isBusy && this.#mailbox.length > 0);
    if (isAtWork) this.#world.isRacing = true;
  }

  /**
   * Messages of two processes have no order: a child's exit may come before the supervisor's own call to itself, or
   * after it.
   */
  #noteSender(by: ModelSupervisor): void {
    const at = this.#world.instant;
    if (this.#lastSent?.at === at && this.#lastSent.by !== by) this.#world.isRacing = true;
    this.#lastSent = { by, at };
  }

  #abandon(): void {
    if (this.#starting === undefined) return;
    this.#starting.isAbandoned = true;
    this.#world.changed();
    this.#starting.childSupervisor?.kill();
  }

  #killAll(): void {
    this.#abandon();
    for (const { run } of [...this.entries].reverse()) if (run?.alive === true) run.kill();
  }

  #post(message: Message): void {
    if (this.#why !== undefined && message.reply === undefined) return;
    this.#mailbox.push(message);
    this.#world.changed();
  }

  #record(line: string): void {
    this.#world.record(`${this.path}/`, line);
  }
}
