import type { Transport } from '../transport/transport.js';
import { createWsTransport } from '../transport/ws/transport.js';
import type { Child, ChildContext, ChildSpec, RunningChild } from './api/child-spec.js';
import type { DialOptions } from './api/dial-options.js';
import type { Dialer } from './api/dialer.js';
import type { AcceptOptions, Listener, ListenOptions, ListenPath } from './api/listener.js';
import type { SupervisorStats } from './api/stats.js';
import type { SuperviseOptions } from './api/supervisor.js';
import { StartContext } from './children/child-context.js';
import { type ChildSupervisor, startChildSupervisor } from './children/child-supervisor.js';
import type { Supervision } from './children/supervision.js';
import type { ConnectionRegistry } from './connection/connection-registry.js';
import { DialLimiter } from './dialer/dial-limiter.js';
import type { DialerParent } from './dialer/dialer-parent.js';
import { DialerRuntime } from './dialer/dialer-runtime.js';
import { type DialSettings, resolveDial } from './dialer/resolve-dial.js';
import type { AcceptingPause, ListenerParent } from './listener/listener-parent.js';
import { ListenerRuntime } from './listener/listener-runtime.js';
import { type ListenSettings, resolveAccept, resolveListen } from './listener/resolve-listen.js';
import { type ChildPlan, resolveChildSpec } from './options/resolve-child-spec.js';
import { DEFAULT_DIAL_LIMIT } from './options/resolve-dial-limit.js';
import { resolveSupervise, type SupervisorSettings } from './options/resolve-supervisor.js';

/** Makes the children of one supervisor, and connects listeners and dialers to it. */
export class ChildMaker implements DialerParent, ListenerParent {
  readonly registry: ConnectionRegistry;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  readonly draining: AcceptingPause;
  readonly #settings: SupervisorSettings;
  readonly #supervision: Supervision;
  readonly #makeSupervisor: ChildMakerParts['makeSupervisor'];
  #childrenSoFar = 0;

  constructor({ settings, registry, supervision, draining, parent, makeSupervisor }: ChildMakerParts) {
    const { clock, wheel } = registry;
    const { transport, dialLimiter } = settings;
    this.registry = registry;
    this.transport = transport ?? createWsTransport({ now: () => clock.now(), wallNow: () => clock.wallNow() });
    this.dialLimiter =
      parent !== undefined && dialLimiter === undefined
        ? parent.dialLimiter
        : new DialLimiter(dialLimiter ?? DEFAULT_DIAL_LIMIT, clock, wheel);
    this.draining = draining;
    this.#settings = settings;
    this.#supervision = supervision;
    this.#makeSupervisor = makeSupervisor;
  }

  /** Dial attempts under way, and dialers that wait for the dial limit. */
  get dials(): SupervisorStats['dials'] {
    const { inFlight, queued } = this.dialLimiter;
    return { inFlight, queued };
  }

  /** @throws {OptionError} for a wrong option. */
  planChild(spec: ChildSpec, where?: string): ChildPlan {
    return resolveChildSpec(spec, () => this.#nextChildId('child'), where);
  }

  /** @throws {OptionError} for a wrong option. */
  planListener<Data, Path extends ListenPath>(options: ListenOptions<Data, Path>): ChildPlan {
    const settings = this.#listenSettings(options);
    return { ...settings, start: () => this.#runListener(settings) };
  }

  /**
   * Makes a listener that takes upgrades by hand, and the plan by which it is started.
   *
   * @throws {OptionError} for a wrong option.
   */
  listenerByHand<Data, Path extends ListenPath>(
    options: AcceptOptions<Data, Path>,
  ): { readonly listener: ListenerRuntime; readonly plan: ChildPlan } {
    const settings = resolveAccept(options, this.#settings, () => this.#nextChildId('listener'));
    return {
      listener: new ListenerRuntime(settings, this),
      plan: { ...settings, start: () => this.#runListener(settings) },
    };
  }

  /** @throws {OptionError} for a wrong option. */
  planSupervisor(options: SuperviseOptions): ChildPlan {
    const plan = resolveSupervise(options, this.#settings, () => this.#nextChildId('supervisor'));
    const { id, restart, shutdown } = plan;
    const { id: _id, restart: _restart, shutdown: _shutdown, ...own } = options;
    return { id, restart, shutdown, start: ({ supervise }) => supervise(own) };
  }

  /**
   * Makes a dialer, and the plan by which it is started. Its spec may outlive it: a start after it was concluded makes
   * a new one.
   *
   * @throws {OptionError} for a wrong option.
   */
  dialer(options: DialOptions): { readonly dialer: DialerRuntime; readonly plan: ChildPlan } {
    const settings = this.#dialSettings(options);
    const dialer = new DialerRuntime(settings, this);
    let held = dialer;
    const start = (): RunningChild<Dialer> => {
      if (held.isConcluded) held = new DialerRuntime(settings, this);
      return held.run(settings);
    };
    return { dialer, plan: { ...settings, start } };
  }

  /** Makes the context of one start: with it, a custom `start` can start the kinds of children made here. */
  contextFor(id: string): StartContext {
    const { restart } = this.#supervision.children.get(id) ?? {};
    const context: StartContext = new StartContext(
      id,
      {
        dial: (options) => this.#runDialer(this.#dialSettings({ ...options, id, restart })),
        listen: async (options) => this.#runListener(this.#listenSettings({ ...options, id, restart })),
        supervise: (options) => this.#runSupervisor(id, options, context),
      },
      (error) => this.registry.publish({ type: 'observer.threw', error }),
    );
    return context;
  }

  stoppedByUser(child: Dialer | Listener): void {
    this.#supervision.stoppedByUser(child.id, child);
  }

  #dialSettings(options: DialOptions): DialSettings {
    return resolveDial(options, this.#settings, () => this.#nextChildId('dialer'));
  }

  /** Starts a dialer for a custom `start`: the dialer that its last call returned, if users still hold that one. */
  #runDialer(settings: DialSettings): RunningChild<Dialer> {
    const held = this.#supervision.children.get(settings.id)?.heldHandle;
    return (held instanceof DialerRuntime ? held : new DialerRuntime(settings, this)).run(settings);
  }

  #listenSettings<Data, Path extends ListenPath>(options: ListenOptions<Data, Path>): ListenSettings {
    return resolveListen(options, this.#settings, () => this.#nextChildId('listener'));
  }

  /** Starts a listener: the one that users hold already, if there is one. */
  #runListener(settings: ListenSettings): Promise<RunningChild<Listener>> {
    const held = this.#supervision.children.get(settings.id)?.heldHandle;
    return (held instanceof ListenerRuntime ? held : new ListenerRuntime(settings, this)).run(settings);
  }

  async #runSupervisor(
    id: string,
    options: SuperviseOptions,
    context: StartContext,
  ): ReturnType<ChildContext['supervise']> {
    const { supervisor, children } = resolveSupervise({ ...options, id }, this.#settings, () => id);
    const settings = { ...supervisor, clock: this.registry.clock, transport: this.transport };
    return startChildSupervisor(this.#makeSupervisor(settings), children, context);
  }

  #nextChildId(kind: Child['kind'] | 'child'): string {
    let id: string;
    do {
      this.#childrenSoFar += 1;
      id = `${kind}-${this.#childrenSoFar}`;
    } while (this.#supervision.children.has(id));
    return id;
  }
}

/** What a child maker works with. */
export interface ChildMakerParts {
  readonly settings: SupervisorSettings;
  readonly registry: ConnectionRegistry;
  readonly supervision: Supervision;
  readonly draining: AcceptingPause;
  /** The maker of the parent, whose dial limit is shared unless the supervisor has its own. */
  readonly parent: ChildMaker | undefined;
  /** Makes a child supervisor. @throws {OptionError} where supervisors are nested too deeply. */
  readonly makeSupervisor: (settings: SupervisorSettings) => ChildSupervisor;
}
