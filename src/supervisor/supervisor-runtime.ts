import type { Observable, Unsubscribable } from 'rxjs';
import type { CloseReport } from '../transport/close-report.js';
import { printAsJson } from '../transport/print-as-json.js';
import type { Child, ChildCounts, ChildExit, ChildInfo, ChildSpec, RunningChild } from './api/child-spec.js';
import { type Clock, systemClock } from './api/clock.js';
import type { Connection } from './api/connection.js';
import type { DialOptions } from './api/dial-options.js';
import type { Dialer } from './api/dialer.js';
import type { DrainOptions, DrainReport, StopOptions } from './api/drain.js';
import type { SupervisorEvent } from './api/events.js';
import type { HandshakeFollower } from './api/handshake-follower.js';
import type { AcceptOptions, Listener, ListenOptions, ListenPath } from './api/listener.js';
import type { Observer } from './api/observer.js';
import type { SupervisorStats } from './api/stats.js';
import type { SuperviseOptions, Supervisor, SupervisorReport, SupervisorState } from './api/supervisor.js';
import { ChildMaker } from './child-maker.js';
import type { StartContext } from './children/child-context.js';
import type { ChildSupervisor } from './children/child-supervisor.js';
import { Supervision } from './children/supervision.js';
import type { SupervisionOwner } from './children/supervision-owner.js';
import { ConnectionRegistry } from './connection/connection-registry.js';
import { resolveStop } from './drain/resolve-drain.js';
import { openByHand } from './listener/open-acceptor.js';
import type { SupervisorSettings } from './options/resolve-supervisor.js';
import { SupervisorLifecycle } from './supervisor-lifecycle.js';
import { checkDepth, isAncestorOrSelf, type TreeNode } from './supervisor-tree.js';
import type { KeepAlive } from './time/keep-alive.js';

/**
 * A supervisor, as its users and its children know it. Its parts: the registry of connections, the supervision of
 * children, the maker of children, and the lifecycle that runs its machine.
 */
export class SupervisorRuntime implements Supervisor, SupervisionOwner, ChildSupervisor, TreeNode {
  static {
    printAsJson(this.prototype, 'Supervisor');
  }

  readonly kind = 'supervisor';
  readonly id: string;
  readonly name: string;
  readonly clock: Clock;
  readonly parent: SupervisorRuntime | undefined;
  readonly #registry: ConnectionRegistry;
  readonly #supervision: Supervision;
  readonly #lifecycle: SupervisorLifecycle;
  readonly #maker: ChildMaker;

  /** @param parent whose child it is: time, transport, and, unless it has its own, the dial limit are the parent's. */
  constructor(settings: SupervisorSettings, parent?: SupervisorRuntime) {
    const { id, name, limits, clock = systemClock, signal } = settings;
    this.id = id;
    this.name = name;
    this.clock = clock;
    this.parent = parent;
    const above = parent === undefined ? undefined : parent.#parts();
    const registry = new ConnectionRegistry(clock, limits, above?.registry, settings);
    this.#supervision = new Supervision(this, settings);
    const lifecycle = new SupervisorLifecycle({
      settings,
      registry,
      supervision: this.#supervision,
      parent: above?.lifecycle,
      onStoppedByUser: () => above?.supervision.stoppedByUser(id, this),
    });
    this.#registry = registry;
    registry.tap.belongsTo(this, () => lifecycle.machineState.path);
    this.#lifecycle = lifecycle;
    this.#maker = new ChildMaker({
      settings,
      registry,
      supervision: this.#supervision,
      draining: lifecycle.draining,
      parent: above?.maker,
      makeSupervisor: (own) => {
        checkDepth(this, 'supervise');
        return new SupervisorRuntime(own, this);
      },
    });
    if (signal !== undefined) lifecycle.heed(signal);
  }

  get state(): SupervisorState {
    return this.#lifecycle.state;
  }
  get isReady(): boolean {
    return this.state === 'running';
  }
  get ended(): Promise<SupervisorReport> {
    return this.#lifecycle.ended;
  }
  get events$(): Observable<SupervisorEvent> {
    return this.#registry.events$;
  }

  observe(observer: Observer): Unsubscribable {
    return this.#registry.observe(observer);
  }

  followHandshakes(follower: HandshakeFollower): Unsubscribable {
    return this.#registry.follow(follower);
  }

  get endings(): readonly CloseReport[] {
    return this.#registry.endings;
  }
  get connections(): ReadonlyMap<string, Connection<unknown>> {
    return this.#registry.connections;
  }

  stats(): SupervisorStats {
    const { children, intensity } = this.#supervision;
    const { dials } = this.#maker;
    return { state: this.state, ...this.#registry.stats(), dials, children: children.byKind(), intensity };
  }

  toJSON(): ReturnType<Supervisor['toJSON']> {
    const { kind, id, name, state, connections } = this;
    return { kind, id, name, state, connections: connections.size, children: this.whichChildren() };
  }

  child(id: string): Child | undefined {
    return this.#supervision.children.get(id)?.handle;
  }

  whichChildren(): readonly ChildInfo[] {
    return this.#supervision.children.which();
  }

  countChildren(): ChildCounts {
    return this.#supervision.children.counts();
  }

  async startChild<Handle extends Child>(spec: ChildSpec<Handle>): Promise<Handle> {
    const plan = this.#maker.planChild(spec);
    this.#lifecycle.checkRunning('startChild');
    return (await this.#supervision.start(plan)) as Handle;
  }

  terminateChild(id: string): Promise<void> {
    return this.#supervision.terminate(id);
  }

  async restartChild(id: string): Promise<Child> {
    this.#lifecycle.checkRunning('restartChild');
    return this.#supervision.restart(id);
  }

  deleteChild(id: string): Promise<void> {
    return this.#supervision.delete(id);
  }

  async listen<Data = undefined, const Path extends ListenPath = ListenPath>(
    options: ListenOptions<Data, Path>,
  ): Promise<Listener> {
    const plan = this.#maker.planListener(options);
    this.#lifecycle.checkRunning('listen');
    return (await this.#supervision.start(plan)) as Listener;
  }

  accept<Data = undefined, const Path extends ListenPath = ListenPath>(options: AcceptOptions<Data, Path>): Listener {
    const { listener, plan } = this.#maker.listenerByHand(options);
    this.#lifecycle.checkRunning('accept');
    return openByHand(listener, () => this.#supervision.startLater(plan, listener));
  }

  dial(options: DialOptions): Dialer {
    const { dialer, plan } = this.#maker.dialer(options);
    this.#lifecycle.checkRunning('dial');
    // The start fails only when a stop has come before its turn.
    this.#supervision
      .startLater(plan, dialer)
      .catch(() => dialer.conclude({ id: dialer.id, reason: 'shutdown', report: undefined }));
    return dialer;
  }

  async supervise(options: SuperviseOptions = {}): Promise<Supervisor> {
    const plan = this.#maker.planSupervisor(options);
    this.#lifecycle.checkRunning('supervise');
    return (await this.#supervision.start(plan)) as Supervisor;
  }

  stop(options: StopOptions = {}): Promise<SupervisorReport> {
    this.#lifecycle.stop(resolveStop(options));
    return this.ended;
  }

  terminate(): Promise<SupervisorReport> {
    this.#lifecycle.terminate();
    return this.ended;
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    return this.#lifecycle.draining.drain(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get keepAlive(): KeepAlive {
    return this.#registry.wheel.keepAlive;
  }

  publish(event: SupervisorEvent): void {
    this.#registry.publish(event);
  }

  contextFor(childId: string): StartContext {
    return this.#maker.contextFor(childId);
  }

  escalated(exit: ChildExit): void {
    this.#lifecycle.escalated(exit);
  }

  get childSupervisors(): Iterable<TreeNode> {
    return [...this.#supervision.children]
      .map(({ handle }) => handle)
      .filter((handle) => handle instanceof SupervisorRuntime);
  }

  isAncestorOrSelf(handle: Child): boolean {
    return handle instanceof SupervisorRuntime && isAncestorOrSelf(handle, this);
  }

  /** Starts the first children; when one cannot be started, the supervisor stops. */
  async startAll(children: readonly ChildSpec[]): Promise<void> {
    const plans = children.map((spec, index) => this.#maker.planChild(spec, `supervise: children[${index}]`));
    await this.#supervision.startAll(plans, () => this.#lifecycle.shutDown());
  }

  asChild(): RunningChild<Supervisor> {
    const supervision = this.#supervision;
    return {
      get endsTogether() {
        return supervision.endsTogether;
      },
      handle: this,
      exited: this.#lifecycle.exited,
      shutDown: (close) => this.#lifecycle.shutDown(close),
      terminate: () => this.#lifecycle.terminateByParent(),
    };
  }

  /** What child supervisors take over, or hand to their own parts. */
  #parts() {
    return { registry: this.#registry, supervision: this.#supervision, lifecycle: this.#lifecycle, maker: this.#maker };
  }
}
