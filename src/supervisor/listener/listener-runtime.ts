import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import { ListenError, OptionError } from '../../transport/errors.js';
import { printAsJson } from '../../transport/print-as-json.js';
import { describeThrown } from '../../transport/thrown.js';
import type { Acceptor, ListenTarget, Upgrade, Wire, WireOptions } from '../../transport/transport.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Handler } from '../api/connection.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Listener } from '../api/listener.js';
import { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent } from '../connection/connection-parent.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { DEFAULT_BACKOFF } from '../options/options.js';
import { type Deferred, deferred } from '../time/deferred.js';
import { RestartBackoff } from '../time/restart-backoff.js';
import { Admission, type AdmissionOwner, type Fault, NO_ROOM } from './admission.js';
import { DelayedRun } from './delayed-run.js';
import type { Granted } from './grant.js';
import type { ListenerParent } from './listener-parent.js';
import type { RequestView } from './request.js';
import { type ListenSettings, wireOptionsOf } from './resolve-listen.js';

/** How a listener closes its connections, unless its supervisor says otherwise. */
const GOING_AWAY: CloseFrame = { code: 1001, reason: '' };

/**
 * Accepts connections: decides each opening handshake, and owns what comes of it. It is the same across the restarts of
 * its supervisor, each of which is a run of its own.
 */
export class ListenerRuntime implements Listener, ConnectionParent, AdmissionOwner {
  static {
    printAsJson(this.prototype, 'Listener');
  }

  readonly kind = 'listener';
  readonly id: string;
  limits: Limits;
  liveness: Liveness | false;
  handler: Handler<unknown>;
  readonly services: ConnectionRegistry;
  readonly ended: Promise<ChildExit>;
  readonly #parent: ListenerParent;
  #wireOptions: WireOptions;
  #acceptor: Acceptor | undefined;
  #state: Listener['state'] = 'listening';
  /** Whether it is to be suspended when it is started again. */
  #isSuspended = false;
  /** The port of the last run. */
  #port: number | undefined;
  #connectionCount = 0;
  #admission: Admission;
  #isStopping = false;
  #onEmpty: (() => void) | undefined;
  readonly #restarts = new RestartBackoff();
  /** Its present run, if that waits for its turn to begin. */
  #delayed: DelayedRun<Listener> | undefined;
  #listeningSince = 0;
  #exited: Deferred<Exit> = deferred();
  readonly #ended = deferred<ChildExit>();

  constructor(settings: ListenSettings, parent: ListenerParent) {
    this.id = settings.id;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.services = parent.registry;
    this.#parent = parent;
    this.#wireOptions = wireOptionsOf(settings);
    this.#admission = new Admission(this, settings);
    this.ended = this.#ended.promise;
  }

  /**
   * Begins a run; on the port that the last run had, if it had one. When that was lost again soon, or could not be had,
   * the run waits before it tries.
   *
   * @throws {ListenError} when the port cannot be had.
   */
  async run(settings: ListenSettings): Promise<RunningChild<Listener>> {
    const { clock, wheel } = this.services;
    const delayMs = this.#restarts.delay(clock.now());
    this.#delayed = undefined;
    if (delayMs === 0) return this.#begin(settings);
    const begin = () => this.#begin(settings);
    this.#delayed = new DelayedRun({
      handle: this,
      delayMs,
      wheel,
      begin,
      conclude: (exit) => this.#ended.resolve(exit),
    });
    return this.#delayed.running;
  }

  async #begin(settings: ListenSettings): Promise<RunningChild<Listener>> {
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.#wireOptions = wireOptionsOf(settings);
    this.#admission = new Admission(this, settings);
    const acceptor = await this.#open(sameTarget(settings.target, this.#port));
    this.#acceptor = acceptor;
    this.#listeningSince = this.services.clock.now();
    this.#port = this.address?.port;
    this.#isStopping = false;
    this.#state = this.#isSuspended ? 'suspended' : 'listening';
    this.#exited = deferred();
    void acceptor.closed.then(() => {
      if (this.#acceptor !== acceptor) return;
      this.#failed(this.services.clock.now() - this.#listeningSince);
      void this.#end(GOING_AWAY, {
        reason: 'abnormal',
        error: new Error(`the port of listener ${this.id} was lost`),
      });
    });
    this.services.publish({ type: 'listener.started', childId: this.id, port: this.#port });
    return {
      handle: this,
      exited: this.#exited.promise,
      shutDown: (close) => void this.#end(close, { reason: 'shutdown' }),
      terminate: () => {
        void this.#end(GOING_AWAY, { reason: 'shutdown' });
        this.#terminateConnections();
      },
      endsTogether: true,
      conclude: (exit) => this.#ended.resolve(exit),
    };
  }

  async #open(target: ListenTarget): Promise<Acceptor> {
    try {
      return await this.#parent.transport.listen(
        target,
        (request) => this.#admission.wants(request),
        (upgrade) => this.#admission.decide(upgrade),
        (error) => this.services.publish({ type: 'listener.error', childId: this.id, error }),
        (request, diversion) => this.#admission.diverted(request, diversion),
      );
    } catch (cause) {
      this.#failed(0);
      if (cause instanceof OptionError) throw cause;
      const where = target.kind === 'port' ? `port ${target.port}` : 'the server given';
      throw new ListenError(`listen: ${where} cannot be had: ${describeThrown(cause)}.`, { cause });
    }
  }

  /** The port was lost after so many ms, or could not be had. The first restart after a healthy while comes at once. */
  #failed(afterMs: number): void {
    if (afterMs >= DEFAULT_BACKOFF.stableAfterMs) this.#restarts.recovered();
    this.#restarts.exited('normal', DEFAULT_BACKOFF, this.services.clock.now(), Math.random);
  }

  get childId(): string {
    return this.id;
  }

  get state(): Listener['state'] {
    return this.#state === 'listening' && this.#parent.draining.isSuspending ? 'suspended' : this.#state;
  }

  get address(): AddressInfo | undefined {
    return this.#acceptor?.address;
  }

  get connectionCount(): number {
    return this.#connectionCount;
  }

  toJSON(): ReturnType<Listener['toJSON']> {
    const { kind, id, state, address, connectionCount } = this;
    return { kind, id, state, address, connectionCount };
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

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#acceptor?.handleUpgrade(request, socket, head);
  }

  stop(): Promise<void> {
    return this.#stopBy(() => void this.#end(GOING_AWAY, { reason: 'normal' }));
  }

  terminate(): Promise<void> {
    return this.#stopBy(() => {
      void this.#end(GOING_AWAY, { reason: 'normal' });
      this.#terminateConnections();
    });
  }

  connectionOpened(connection: ConnectionActor): void {
    if (this.services.isObserved) this.services.publish({ type: 'connection.opened', connection });
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.#connectionCount -= 1;
    this.services.unregister(connection, report);
    if (this.#connectionCount === 0) this.#onEmpty?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Ends the present run for good, also one that waits for its turn to begin. */
  async #stopBy(end: () => void): Promise<void> {
    this.#parent.stoppedByUser(this);
    if (this.#delayed === undefined) end();
    else this.#delayed.end('normal', end);
    await this.ended;
  }

  #terminateConnections(): void {
    for (const connection of this.services.connectionsOf(this)) connection.terminateFor('supervisor-stopped');
  }

  /** Ends the present run: no more connections, those there are closed, the port freed. */
  async #end({ code, reason }: CloseFrame, exit: Exit): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#isSuspended = this.#state === 'suspended';
    this.#state = 'stopped';
    const isEmpty = deferred<void>();
    this.#onEmpty = isEmpty.resolve;
    this.#admission.close();
    for (const connection of this.services.connectionsOf(this)) connection.closeFor('supervisor-stopped', code, reason);
    if (this.#connectionCount === 0) this.#onEmpty?.();
    await Promise.all([this.#acceptor?.close(), isEmpty.promise]);
    this.services.publish({ type: 'listener.stopped', childId: this.id });
    this.#exited.resolve(exit);
  }

  /** A listener that is stopped or suspended takes nobody. */
  closedFault(): Fault | undefined {
    if (this.#state !== 'listening') return { answer: NO_ROOM, why: this.#state };
    const answer = this.#parent.draining.refuse();
    return answer === undefined ? undefined : { answer, why: 'draining' };
  }

  hasRoom(): boolean {
    return this.#connectionCount < this.limits.maxConnections && this.services.hasRoom();
  }

  /** Lets a client in. */
  accept(upgrade: Upgrade, request: RequestView, { data, expiresAt }: Granted, protocol: string | undefined): void {
    let wire: Wire | undefined;
    try {
      wire = upgrade.accept(protocol, this.#wireOptions);
    } catch (error) {
      this.#admission.notOpened(upgrade, 503, 'transport', { error });
      return;
    }
    if (wire === undefined) {
      this.#admission.notOpened(upgrade, 499, 'gone');
      return;
    }
    request.pack();
    this.#connectionCount += 1;
    const connection = new ConnectionActor({
      id: this.services.nextId(),
      parent: this,
      role: 'accepted',
      wire,
      request,
      data,
    });
    this.services.register(connection);
    try {
      if (expiresAt !== undefined) connection.renew(expiresAt);
      connection.start();
    } catch (error) {
      // The 101 is out: nothing refuses the client any more, and its connection ends as one whose handler threw.
      connection.dispatch({ type: 'handler.threw', error });
    }
  }
}

/** A port that was left to the system to choose stays the same across restarts. */
function sameTarget(target: ListenTarget, port: number | undefined): ListenTarget {
  return target.kind === 'port' && port !== undefined ? { ...target, port } : target;
}
