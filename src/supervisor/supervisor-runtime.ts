import { createRunner, type MachineHost, type Runner } from '../machines/run.js';
import { type SupervisorMachineEvent, supervisorMachine } from '../machines/supervisor-machine.js';
import type { CloseFrame } from '../transport/close-report.js';
import { EndedError } from '../transport/errors.js';
import { createWsTransport } from '../transport/ws/transport.js';
import type { Child, ChildExit, ChildSpec, RunningChild } from './api/child-spec.js';
import type { Dialer, DialOptions } from './api/dialer.js';
import type { DrainOptions, DrainReport } from './api/drain.js';
import type { Listener, ListenOptions } from './api/listener.js';
import type {
  StopOptions,
  SuperviseOptions,
  Supervisor,
  SupervisorReport,
  SupervisorState,
  SupervisorStats,
} from './api/supervisor.js';
import { ChildMaker } from './child-maker.js';
import { StartContext } from './children/child-context.js';
import { type ChildSupervisor, startChildSupervisor } from './children/child-supervisor.js';
import type { Children } from './children/children.js';
import { GOING_AWAY } from './children/stopping.js';
import { Supervision } from './children/supervision.js';
import type { SupervisionOwner } from './children/supervision-owner.js';
import { DialLimiter } from './dialer/dial-limiter.js';
import { Draining } from './drain/draining.js';
import { resolveStop } from './drain/resolve-drain.js';
import { DEFAULT_DIAL_LIMIT } from './options/options.js';
import { resolveChildSpec } from './options/resolve-child-spec.js';
import { resolveSupervise, type SupervisorSettings } from './options/resolve-supervisor.js';
import { SupervisorEnd } from './supervisor-end.js';
import { SupervisorFace } from './supervisor-face.js';
import { checkDepth } from './supervisor-tree.js';

/** Runs one supervisor: feeds its machine with commands and facts, and carries out its effects. */
export class SupervisorRuntime
  extends SupervisorFace
  implements Supervisor, SupervisionOwner, ChildSupervisor, MachineHost<typeof supervisorMachine>
{
  static readonly #runner: Runner<SupervisorRuntime, typeof supervisorMachine> = createRunner({
    machine: supervisorMachine,
    effects: {
      startDrain: (self) => self.#draining.entered(),
      endDrain: (self) => self.#draining.left(),
      stopChildren: (self) => self.#stopChildren(),
      terminateChildren: (self) => self.#supervision.terminateRemaining(),
      exitNormal: (self) => self.#exit('normal'),
      exitShutdown: (self) => self.#exit('shutdown'),
    },
  });

  readonly #settings: SupervisorSettings;
  readonly parent: SupervisorRuntime | undefined;
  readonly #supervision: Supervision;
  readonly #draining: Draining;
  readonly #maker: ChildMaker;
  readonly #signal: AbortSignal | undefined;
  machineState: MachineHost<typeof supervisorMachine>['machineState'] = SupervisorRuntime.#runner.initial;
  isStepping = false;
  mail: SupervisorMachineEvent[] | undefined;
  #close = GOING_AWAY;
  /** The exit that exceeded the intensity. */
  #cause: ChildExit | undefined;
  readonly #end = new SupervisorEnd();
  #letGo = () => {};

  /** @param parent whose child it is: time, transport, and, unless it has its own, the dial limit are the parent's. */
  constructor(settings: SupervisorSettings, parent?: SupervisorRuntime) {
    super(settings, parent);
    const { clock } = this;
    const { transport, dialLimiter, signal } = settings;
    this.#settings = settings;
    this.parent = parent;
    this.#supervision = new Supervision(this, settings);
    this.#draining = new Draining(this, parent === undefined ? undefined : parent.#draining);
    this.#maker = new ChildMaker({
      settings,
      services: this.shared,
      transport: transport ?? createWsTransport({ now: () => clock.now(), wallNow: () => clock.wallNow() }),
      dialLimiter:
        parent !== undefined && dialLimiter === undefined
          ? parent.#maker.dialLimiter
          : new DialLimiter(dialLimiter ?? DEFAULT_DIAL_LIMIT, clock, this.shared.wheel),
      supervision: this.#supervision,
      draining: this.#draining,
    });
    this.#signal = signal;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  get ended(): Promise<SupervisorReport> {
    return this.#end.awaited;
  }

  get state(): SupervisorState {
    return this.machineState.name;
  }

  protected get children(): Children {
    return this.#supervision.children;
  }

  stats(): SupervisorStats {
    const { inFlight, queued } = this.#maker.dialLimiter;
    return { state: this.state, ...this.shared.stats(), dials: { inFlight, queued }, children: this.children.byKind() };
  }

  async startChild<Handle extends Child>(spec: ChildSpec<Handle>): Promise<Handle> {
    const plan = resolveChildSpec(spec, () => this.#maker.nextChildId('child'));
    this.#checkRunning();
    return (await this.#supervision.start(plan)) as Handle;
  }

  terminateChild(id: string): Promise<void> {
    return this.#supervision.terminate(id);
  }

  async restartChild(id: string): Promise<Child> {
    this.#checkRunning();
    return this.#supervision.restart(id);
  }

  deleteChild(id: string): Promise<void> {
    return this.#supervision.delete(id);
  }

  async listen<Data = undefined>(options: ListenOptions<Data>): Promise<Listener> {
    const settings = this.#maker.listenSettings(options);
    this.#checkRunning();
    return (await this.#supervision.start({ ...settings, start: () => this.#maker.runListener(settings) })) as Listener;
  }

  dial(options: DialOptions): Dialer {
    const settings = this.#maker.dialSettings(options);
    this.#checkRunning();
    const dialer = this.#maker.newDialer(settings);
    const started = this.#supervision.startLater({ ...settings, start: () => this.#maker.runDialer(settings) }, dialer);
    // It fails only when a stop has come before its turn.
    started.catch(() => dialer.conclude({ id: dialer.id, reason: 'shutdown', report: undefined }));
    return dialer;
  }

  async supervise(options: SuperviseOptions = {}): Promise<Supervisor> {
    const { id, restart, shutdown } = resolveSupervise(options, this.#settings, () =>
      this.#maker.nextChildId('supervisor'),
    );
    this.#checkRunning();
    const { id: _id, restart: _restart, shutdown: _shutdown, ...own } = options;
    return (await this.#supervision.start({
      id,
      restart,
      shutdown,
      start: ({ supervise }) => supervise(own),
    })) as Supervisor;
  }

  stop(options: StopOptions = {}): Promise<SupervisorReport> {
    this.#stopWith(resolveStop(options));
    return this.ended;
  }

  terminate(): Promise<SupervisorReport> {
    this.#stoppedByUser();
    if (!this.#takesClose) this.#draining.overtaken();
    this.command('terminate');
    return this.ended;
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    return this.#draining.drain(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** A drain of its own is over: it stops, for good. */
  drained(): void {
    this.#stoppedByUser();
    this.#dispatch({ type: 'drained' });
  }

  /** Gives a command to the machine. */
  command(type: 'drain' | 'resume' | 'stop' | 'terminate'): void {
    this.#dispatch({ type });
  }

  contextFor(id: string): StartContext {
    const context: StartContext = new StartContext(
      id,
      this.#maker.startersFor(id, async (options) => {
        checkDepth(this, 'supervise');
        const { supervisor, children } = resolveSupervise({ ...options, id }, this.#settings, () => id);
        const settings = { ...supervisor, clock: this.clock, transport: this.#maker.transport };
        return startChildSupervisor(new SupervisorRuntime(settings, this), children, context);
      }),
      (error) => this.publish({ type: 'observer.threw', error }),
    );
    return context;
  }

  /** Starts its first children; when one cannot be started, it stops. */
  async startAll(children: readonly ChildSpec[]): Promise<void> {
    const plans = children.map((spec, index) =>
      resolveChildSpec(spec, () => this.#maker.nextChildId('child'), `supervise: children[${index}]`),
    );
    await this.#supervision.startAll(plans, () => this.#dispatch({ type: 'shutdown' }));
  }

  /** It as its parent holds it. */
  asChild(): RunningChild<Supervisor> {
    const supervision = this.#supervision;
    return {
      get endsTogether() {
        return supervision.endsTogether;
      },
      handle: this,
      exited: this.#end.report.then(({ reason, cause }) => ({ reason, report: cause?.report, error: cause?.error })),
      shutDown: (close) => {
        if (this.#takesClose) this.#close = close;
        this.#dispatch({ type: 'shutdown' });
      },
      terminate: () => {
        // First, so that no child is asked to end in good order.
        this.#supervision.terminateRemaining();
        this.#dispatch({ type: 'shutdown' });
      },
    };
  }

  escalated(exit: ChildExit): void {
    this.#cause = exit;
    this.#dispatch({ type: 'child.escalated' });
  }

  /** Whether it has not begun to stop. */
  get #takesClose(): boolean {
    return this.state === 'running' || this.state === 'draining';
  }

  /** Its user ends it: a supervisor above does not start it again. */
  #stoppedByUser(): void {
    if (this.parent !== undefined) this.parent.#supervision.stoppedByUser(this.id, this);
  }

  #stopWith(close: CloseFrame): void {
    this.#stoppedByUser();
    if (this.#takesClose) this.#close = close;
    this.command('stop');
  }

  readonly #onAbort = (): void => this.#stopWith(GOING_AWAY);

  #checkRunning(): void {
    if (this.state !== 'running')
      throw new EndedError(`supervisor ${this.name} is ${this.state}: it takes no more children.`);
  }

  #dispatch(event: SupervisorMachineEvent): void {
    SupervisorRuntime.#runner.dispatch(this, event);
  }

  #stopChildren(): void {
    this.#letGo = this.keepAlive.hold();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#draining.stopping();
    this.publish({ type: 'supervisor.stopping', supervisor: this.name });
    void this.#supervision.stop(this.#close).then(() => this.#dispatch({ type: 'children.gone' }));
  }

  /** The account of a drain is closed first. */
  #exit(reason: SupervisorReport['reason']): void {
    const closing = this.#draining.closed();
    if (closing === undefined) this.#finish(reason);
    else void closing.then(() => this.#finish(reason));
  }

  #finish(reason: SupervisorReport['reason']): void {
    const outcome = this.state === 'failed' ? 'failed' : 'stopped';
    const cause = this.#cause === undefined ? {} : { cause: this.#cause };
    const report: SupervisorReport = {
      name: this.name,
      outcome,
      reason,
      connections: this.shared.connectionTotal,
      ...cause,
    };
    const isUnheard = this.#settings.warnWhenFailed && !this.shared.isObserved;
    this.publish({ type: 'supervisor.stopped', supervisor: this.name, report });
    this.#end.settle(report, isUnheard);
    this.shared.close();
    this.#letGo();
  }
}
