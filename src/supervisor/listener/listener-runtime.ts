import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import { printAsJson } from '../../transport/print-as-json.js';
import type { Acceptor, Upgrade } from '../../transport/transport.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Handler } from '../api/handler.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Listener } from '../api/listener.js';
import { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent } from '../connection/connection-parent.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { DEFAULT_BACKOFF } from '../options/options.js';
import { type Deferred, deferred } from '../time/deferred.js';
import { RestartBackoff } from '../time/restart-backoff.js';
import { openWire, startAccepted } from './accept-client.js';
import { Admission, type AdmissionOwner, type HandedGrant } from './admission.js';
import { DelayedRun } from './delayed-run.js';
import { closedFault, type Fault } from './fault.js';
import type { Granted } from './grant.js';
import type { ListenerParent } from './listener-parent.js';
import { listenBy, openAcceptor, withPort } from './open-acceptor.js';
import { OwnConnections } from './own-connections.js';
import type { RequestView } from './request.js';
import type { ListenSettings } from './resolve-listen.js';

/** How a listener closes its connections, unless its supervisor says otherwise. */
const GOING_AWAY: CloseFrame = { code: 1001, reason: '' };

/**
 * A listener: decides each opening handshake, and owns the connections it accepts. The same object lives across
 * restarts, each of which is a run.
 */
export class ListenerRuntime implements Listener, ConnectionParent, AdmissionOwner {
  static {
    printAsJson(this.prototype, 'Listener');
  }

  readonly kind = 'listener';
  readonly id: string;
  readonly childId: string;
  readonly services: ConnectionRegistry;
  readonly #parent: ListenerParent;
  #settings: ListenSettings;
  #acceptor: Acceptor | undefined;
  /** What takes upgrades by hand before the first run has begun. */
  #early: Acceptor | Promise<Acceptor> | undefined;
  #state: Listener['state'] = 'listening';
  /** Whether the next run begins suspended. */
  #isSuspended = false;
  #lastPort: number | undefined;
  connectionCount = 0;
  #admission: Admission;
  #onEmpty: (() => void) | undefined;
  readonly #restarts = new RestartBackoff();
  /** The present run, if it waits before it begins. */
  #delayed: DelayedRun<Listener> | undefined;
  #exited: Deferred<Exit> = deferred();
  readonly #ended = deferred<ChildExit>();
  readonly ended = this.#ended.promise;

  constructor(settings: ListenSettings, parent: ListenerParent) {
    this.id = this.childId = settings.id;
    this.services = parent.registry;
    this.#parent = parent;
    this.#settings = settings;
    this.#admission = new Admission(this, settings);
  }

  /**
   * Begins a run, on the port of the last run if there was one. If that port was lost soon, or could not be opened, the
   * run waits before it tries.
   *
   * @throws {ListenError} when the port cannot be opened.
   */
  async run(settings: ListenSettings): Promise<RunningChild<Listener>> {
    const { clock, wheel } = this.services;
    const delayMs = this.#restarts.delay(clock.now());
    this.#delayed = undefined;
    const begin = () => this.#begin(settings);
    if (delayMs === 0) return begin();
    this.#delayed = new DelayedRun({ handle: this, delayMs, wheel, begin, conclude: this.#ended.resolve });
    return this.#delayed.running;
  }

  /** Takes upgrades by hand from now on; the first run goes on with that. */
  open(): void {
    this.#early = listenBy(this.#parent.transport, { kind: 'by-hand' }, this.#admission, this);
    if (!(this.#early instanceof Promise)) this.#acceptor = this.#early;
  }

  /** The supervisor has stopped before the first run: what was taken by hand is dropped. */
  neverStarted(): void {
    this.#state = 'stopped';
    this.#admission.close();
    for (const connection of this.services.connectionsOf(this)) connection.terminateFor('supervisor-stopped');
    void this.#acceptor?.close();
    this.#ended.resolve({ id: this.id, reason: 'shutdown', report: undefined });
  }

  async #begin(settings: ListenSettings): Promise<RunningChild<Listener>> {
    const early = this.#early;
    this.#settings = settings;
    if (early === undefined) this.#admission = new Admission(this, settings);
    const target = withPort(settings.target, this.#lastPort);
    const opening = early ?? openAcceptor(this.#parent.transport, target, this.#admission, this);
    const acceptor = await Promise.resolve(opening).catch((error: unknown) => {
      this.#failed(0);
      throw error;
    });
    this.#early = undefined;
    this.#acceptor = acceptor;
    const since = this.services.clock.now();
    this.#lastPort = this.address?.port;
    if (early === undefined) this.#state = this.#isSuspended ? 'suspended' : 'listening';
    this.#exited = deferred();
    void acceptor.closed.then(() => {
      if (this.#acceptor !== acceptor) return;
      this.#failed(this.services.clock.now() - since);
      void this.#end(GOING_AWAY, { reason: 'abnormal', error: new Error(`the port of listener ${this.id} was lost`) });
    });
    this.services.publish({ type: 'listener.started', childId: this.id, port: this.#lastPort });
    return {
      handle: this,
      exited: this.#exited.promise,
      shutDown: (close) => void this.#end(close, { reason: 'shutdown' }),
      terminate: () => this.#endNow('shutdown'),
      endsTogether: true,
      conclude: this.#ended.resolve,
    };
  }

  /** The port was lost after this time, or could not be opened. The first restart after a stable run comes at once. */
  #failed(afterMs: number): void {
    if (afterMs >= DEFAULT_BACKOFF.stableAfterMs) this.#restarts.recovered();
    this.#restarts.exited('normal', DEFAULT_BACKOFF, this.services.clock.now(), this.services.random);
  }

  get limits(): Limits {
    return this.#settings.limits;
  }
  get liveness(): Liveness | false {
    return this.#settings.liveness;
  }
  get handler(): Handler<unknown> {
    return this.#settings.handler;
  }
  get state(): Listener['state'] {
    return this.#state === 'listening' && this.#parent.draining.isSuspending ? 'suspended' : this.#state;
  }
  get address(): AddressInfo | undefined {
    return this.#acceptor?.address;
  }
  toJSON(): ReturnType<Listener['toJSON']> {
    const { kind, id, state, address, connectionCount } = this;
    return { kind, id, state, address, connectionCount };
  }
  get connections(): OwnConnections {
    return new OwnConnections(this, this.#parent.registry.connections);
  }

  suspend(): void {
    if (this.#state !== 'listening') return;
    this.#state = 'suspended';
    this.services.publish({ type: 'listener.suspended', childId: this.id });
  }
  resume(): void {
    if (this.#state !== 'suspended') return;
    this.#state = 'listening';
    this.services.publish({ type: 'listener.resumed', childId: this.id });
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, grant?: HandedGrant): void {
    if (grant !== undefined) this.#admission.handedIn(request, grant);
    this.#acceptor?.handleUpgrade(request, socket, head);
  }

  stop(): Promise<void> {
    return this.#stopBy(() => void this.#end(GOING_AWAY, { reason: 'normal' }));
  }
  terminate(): Promise<void> {
    return this.#stopBy(() => this.#endNow('normal'));
  }

  connectionOpened(connection: ConnectionActor): void {
    if (this.services.wants('connection.opened')) this.services.publish({ type: 'connection.opened', connection });
  }
  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.connectionCount -= 1;
    this.#admission.clients.remove(connection);
    this.services.unregister(connection, report);
    if (this.connectionCount === 0) this.#onEmpty?.();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Ends the present run for good, even if it has not begun yet. */
  async #stopBy(end: () => void): Promise<void> {
    this.#parent.stoppedByUser(this);
    if (this.#delayed !== undefined) this.#delayed.end('normal', end);
    // Its supervisor ends a run that is about to begin.
    else if (this.#early === undefined) end();
    await this.ended;
  }

  /** Ends the present run, and drops its connections. */
  #endNow(reason: Exit['reason']): void {
    void this.#end(GOING_AWAY, { reason });
    for (const connection of this.services.connectionsOf(this)) connection.terminateFor('supervisor-stopped');
  }

  /** Ends the present run: takes no more connections, closes those it has, and frees the port. */
  async #end({ code, reason }: CloseFrame, exit: Exit): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#isSuspended = this.#state === 'suspended';
    this.#state = 'stopped';
    const isEmpty = deferred<void>();
    this.#onEmpty = isEmpty.resolve;
    this.#admission.close();
    for (const connection of this.services.connectionsOf(this)) connection.closeFor('supervisor-stopped', code, reason);
    if (this.connectionCount === 0) isEmpty.resolve();
    await Promise.all([this.#acceptor?.close(), isEmpty.promise]);
    this.services.publish({ type: 'listener.stopped', childId: this.id });
    this.#exited.resolve(exit);
  }

  closedFault(): Fault | undefined {
    return closedFault(this.#state, this.#parent.draining);
  }
  hasRoom(): boolean {
    return this.connectionCount < this.limits.maxConnections && this.services.hasRoom();
  }

  accept(upgrade: Upgrade, request: RequestView, granted: Granted, protocol: string | undefined): void {
    const opened = openWire(upgrade, protocol, this.#settings.wireOptions, granted.headers);
    if ('status' in opened) {
      this.#admission.notOpened(upgrade, request, opened);
      return;
    }
    request.pack();
    this.connectionCount += 1;
    const id = this.services.nextId();
    const connection = new ConnectionActor({ id, parent: this, role: 'accepted', wire: opened, request, ...granted });
    this.#admission.clients.add(connection);
    this.services.register(connection);
    startAccepted(connection, upgrade, granted.expiresAt);
  }
}
