import type { CloseReport } from '../transport/close-report.js';
import type { Transport } from '../transport/transport.js';
import type { Child, ChildContext, RunningChild } from './api/child-spec.js';
import type { Dialer, DialOptions } from './api/dialer.js';
import type { Listener, ListenOptions } from './api/listener.js';
import type { ChildStarters } from './children/child-context.js';
import type { Supervision } from './children/supervision.js';
import type { ConnectionActor } from './connection/connection-actor.js';
import type { ConnectionParent } from './connection/connection-parent.js';
import type { ConnectionRegistry } from './connection-registry.js';
import type { DialLimiter } from './dialer/dial-limiter.js';
import type { DialerParent } from './dialer/dialer-face.js';
import { DialerRuntime } from './dialer/dialer-runtime.js';
import { type DialSettings, resolveDial } from './dialer/resolve-dial.js';
import type { Draining } from './drain/draining.js';
import type { ListenerParent } from './listener/listener-parent.js';
import { ListenerRuntime } from './listener/listener-runtime.js';
import { type ListenSettings, resolveListen } from './listener/resolve-listen.js';
import type { SupervisorSettings } from './options/resolve-supervisor.js';

/** What children are made with. */
export interface ChildMakerParts {
  readonly settings: SupervisorSettings;
  readonly services: ConnectionRegistry;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  readonly supervision: Supervision;
  readonly draining: Draining;
}

/** Makes dialers and listeners for one supervisor, and is their parent. */
export class ChildMaker implements DialerParent, ListenerParent {
  readonly services: ConnectionRegistry;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  readonly #settings: SupervisorSettings;
  readonly #supervision: Supervision;
  readonly draining: Draining;
  #childrenSoFar = 0;

  constructor({ settings, services, transport, dialLimiter, supervision, draining }: ChildMakerParts) {
    this.services = services;
    this.transport = transport;
    this.dialLimiter = dialLimiter;
    this.#settings = settings;
    this.#supervision = supervision;
    this.draining = draining;
  }

  /** A free id. */
  nextChildId(kind: Child['kind'] | 'child'): string {
    let id: string;
    do {
      this.#childrenSoFar += 1;
      id = `${kind}-${this.#childrenSoFar}`;
    } while (this.#supervision.children.has(id));
    return id;
  }

  /** @throws {OptionError} for a wrong option. */
  dialSettings(options: DialOptions): DialSettings {
    return resolveDial(options, this.#settings, () => this.nextChildId('dialer'));
  }

  /** @throws {OptionError} for a wrong option. */
  listenSettings<Data>(options: ListenOptions<Data>): ListenSettings {
    return resolveListen(options, this.#settings, () => this.nextChildId('listener'));
  }

  /** A dialer that is not started yet. */
  newDialer(settings: DialSettings): DialerRuntime {
    return new DialerRuntime(settings, this);
  }

  /** Starts a dialer, as the one that its users hold if there is one. */
  runDialer(settings: DialSettings): RunningChild<Dialer> {
    const held = this.#supervision.children.get(settings.id)?.heldHandle;
    return (held instanceof DialerRuntime ? held : this.newDialer(settings)).run(settings);
  }

  /** Starts a listener, as the one that its users hold if there is one. */
  runListener(settings: ListenSettings): Promise<RunningChild<Listener>> {
    const held = this.#supervision.children.get(settings.id)?.heldHandle;
    return (held instanceof ListenerRuntime ? held : new ListenerRuntime(settings, this)).run(settings);
  }

  /** What a start of the user's own may start. */
  startersFor(id: string, supervise: ChildContext['supervise']): ChildStarters {
    const { restart } = this.#supervision.children.get(id) ?? {};
    return {
      dial: (options) => this.runDialer(this.dialSettings({ ...options, id, restart })),
      listen: async (options) => this.runListener(this.listenSettings({ ...options, id, restart })),
      supervise,
    };
  }

  hasRoom(): boolean {
    return this.services.hasRoom();
  }

  nextId(): string {
    return this.services.nextId();
  }

  register(connection: ConnectionActor): void {
    this.services.register(connection);
  }

  unregister(connection: ConnectionActor, report: CloseReport): void {
    this.services.unregister(connection, report);
  }

  refused(status: number): void {
    this.services.refused(status);
  }

  handshakes(by: 1 | -1): void {
    this.services.handshakes(by);
  }

  connectionsOf(parent: ConnectionParent): Iterable<ConnectionActor> {
    return this.services.connectionsOf(parent);
  }

  forget(child: Dialer | Listener): void {
    this.#supervision.stoppedByUser(child.id, child);
  }
}
