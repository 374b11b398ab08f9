import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CloseFrame, CloseReport } from '../transport/close-report.js';
import { ListenError } from '../transport/errors.js';
import type { Acceptor, HandshakeRequest, HttpAnswer, ListenTarget, Transport, Upgrade, WireOptions } from '../transport/transport.js';
import type { ChildExit, Exit, RunningChild } from './child-spec.js';
import type { ConnectionRequest, Handler } from './connection.js';
import { ConnectionActor } from './connection-actor.js';
import type { Draining } from './draining.js';
import { handshakeFault, offeredProtocols } from './handshake.js';
import type { Home, Shared } from './home.js';
import type { Limits, Liveness } from './limits.js';
import type { Grant, Listener } from './listener.js';
import { Refusal } from './refusal.js';
import { createConnectionRequest, type RequestView } from './request.js';
import type { ListenSettings } from './resolve-listen.js';
import { within } from './within.js';

/** A client that was refused for want of room may come back in a second. */
const NO_ROOM: HttpAnswer = { status: 503, headers: { 'retry-after': '1' } };

/** What a listener needs of its supervisor. */
export interface ListenerParent {
  readonly shared: Shared;
  readonly transport: Transport;
  /** Whether there is room for one more connection. */
  hasRoom(): boolean;
  /** An id for a connection. */
  nextId(): string;
  register(connection: ConnectionActor): void;
  connectionEnded(connection: ConnectionActor, report: CloseReport): void;
  refused(status: number): void;
  handshakes(by: 1 | -1): void;
  readonly draining: Pick<Draining, 'isSuspending' | 'refuse'>;
  connectionsOf(home: Home): Iterable<ConnectionActor>;
  /** The user has stopped a child for good. */
  forget(child: Listener): void;
}

/** What stands against an opening handshake. */
interface Fault {
  readonly answer: HttpAnswer;
  readonly why: string;
  readonly error?: unknown;
}

/**
 * Accepts connections: decides each opening handshake, and owns what comes of it. It is the same across the restarts of its
 * supervisor, each of which is a run of its own.
 */
export class ListenerRuntime implements Listener, Home {
  readonly kind = 'listener';
  readonly id: string;
  limits: Limits;
  liveness: Liveness | false;
  handler: Handler<unknown>;
  readonly shared: Shared;
  readonly ended: Promise<ChildExit>;
  #settings: ListenSettings;
  readonly #parent: ListenerParent;
  #wireOptions: WireOptions;
  #acceptor: Acceptor | undefined;
  #state: Listener['state'] = 'listening';
  /** Whether it is to be suspended when it is started again. */
  #isSuspended = false;
  /** The port of the last run. */
  #port: number | undefined;
  #connectionCount = 0;
  /** Handshakes that await `authenticate`. */
  readonly #attempts = new Set<AbortController>();
  #isStopping = false;
  #onEmpty: (() => void) | undefined;
  #resolveExited: (exit: Exit) => void = () => {};
  #resolveEnded: (exit: ChildExit) => void = () => {};

  constructor(settings: ListenSettings, parent: ListenerParent) {
    this.id = settings.id;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.shared = parent.shared;
    this.#settings = settings;
    this.#parent = parent;
    this.#wireOptions = wireOptionsOf(settings);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /**
   * Begins a run; on the port that the last run had, if it had one.
   *
   * @throws {ListenError} when the port cannot be had.
   */
  async run(settings: ListenSettings): Promise<RunningChild<Listener>> {
    this.#settings = settings;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.#wireOptions = wireOptionsOf(settings);
    const acceptor = await this.#open(sameTarget(settings.target, this.#port));
    this.#acceptor = acceptor;
    this.#port = this.address?.port;
    this.#isStopping = false;
    this.#state = this.#isSuspended ? 'suspended' : 'listening';
    const exited = new Promise<Exit>((resolve) => {
      this.#resolveExited = resolve;
    });
    void acceptor.closed.then(() => {
      if (this.#acceptor === acceptor)
        void this.#end({ code: 1001, reason: '' }, { reason: 'abnormal', error: new Error(`the server of listener ${this.id} was closed`) });
    });
    this.shared.publish({ type: 'listener.started', childId: this.id, port: this.#port });
    return {
      handle: this,
      exited,
      shutDown: (close) => void this.#end(close, { reason: 'shutdown' }),
      terminate: () => {
        void this.#end({ code: 1001, reason: '' }, { reason: 'shutdown' });
        for (const connection of this.#parent.connectionsOf(this)) connection.terminateFor('supervisor-stopped');
      },
      conclude: (exit) => this.#resolveEnded(exit),
    };
  }

  async #open(target: ListenTarget): Promise<Acceptor> {
    try {
      return await this.#parent.transport.listen(
        target,
        (request) => this.#wants(request),
        (upgrade) => this.#decide(upgrade),
        (error) => this.shared.publish({ type: 'listener.error', childId: this.id, error }),
      );
    } catch (cause) {
      const where = target.kind === 'port' ? `port ${target.port}` : 'the server given';
      throw new ListenError(`listen: ${where} cannot be had: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
    }
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

  suspend(): void {
    if (this.#state !== 'listening') return;
    this.#state = 'suspended';
    this.shared.publish({ type: 'listener.suspended', childId: this.id });
  }

  resume(): void {
    if (this.#state !== 'suspended') return;
    this.#state = 'listening';
    this.shared.publish({ type: 'listener.resumed', childId: this.id });
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#acceptor?.handleUpgrade(request, socket, head);
  }

  async stop(): Promise<void> {
    this.#parent.forget(this);
    void this.#end({ code: 1001, reason: '' }, { reason: 'normal' });
    await this.ended;
  }

  connectionOpened(connection: ConnectionActor): void {
    if (this.shared.isObserved) this.shared.publish({ type: 'connection.opened', connection });
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.#connectionCount -= 1;
    this.#parent.connectionEnded(connection, report);
    if (this.#connectionCount === 0) this.#onEmpty?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Ends the present run: no more connections, those there are closed, the port freed. */
  async #end({ code, reason }: CloseFrame, exit: Exit): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#isSuspended = this.#state === 'suspended';
    this.#state = 'stopped';
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const attempt of this.#attempts) attempt.abort(new Error(`listener ${this.id} has stopped`));
    for (const connection of this.#parent.connectionsOf(this)) connection.closeFor('supervisor-stopped', code, reason);
    if (this.#connectionCount === 0) this.#onEmpty?.();
    await Promise.all([this.#acceptor?.close(), isEmpty]);
    this.shared.publish({ type: 'listener.stopped', childId: this.id });
    this.#resolveExited(exit);
  }

  /** On a shared server other paths are left alone. */
  #wants(request: HandshakeRequest): boolean {
    const { target, unmatched, matchPath } = this.#settings;
    return target.kind !== 'server' || unmatched === 'refuse' || matchPath(pathOf(request.url)) !== undefined;
  }

  #decide(upgrade: Upgrade): void {
    const params = this.#settings.matchPath(pathOf(upgrade.request.url));
    const request = createConnectionRequest(upgrade.request, params ?? []);
    const fault = this.#faultOf(request, params !== undefined);
    const { authenticate } = this.#settings;
    if (fault !== undefined) this.#refuse(upgrade, fault.answer, fault.why, fault.error);
    else if (authenticate === undefined) this.#accept(upgrade, request, { data: undefined });
    else void this.#authenticate(upgrade, request, authenticate);
  }

  /** What stands against a request before its credential is looked at. */
  #faultOf(request: ConnectionRequest, isPathMatched: boolean): Fault | undefined {
    if (!isPathMatched) return { answer: { status: 404 }, why: 'path' };
    const fault = handshakeFault(request);
    if (fault !== undefined) return { answer: fault, why: 'handshake' };
    const closed = this.#closedFault();
    if (closed !== undefined) return closed;
    const origin = this.#originFaultOf(request);
    if (origin !== undefined) return origin;
    if (!this.#parent.hasRoom()) return { answer: NO_ROOM, why: 'maxConnections' };
    if (this.#attempts.size >= this.limits.maxHandshakes) return { answer: NO_ROOM, why: 'maxHandshakes' };
    return undefined;
  }

  /** A listener that is stopped or suspended takes nobody. */
  #closedFault(): Fault | undefined {
    if (this.#state !== 'listening') return { answer: NO_ROOM, why: this.#state };
    const answer = this.#parent.draining.refuse();
    return answer === undefined ? undefined : { answer, why: 'draining' };
  }

  /** An origin function with a bug lets nobody in, and is not the client's fault. */
  #originFaultOf(request: ConnectionRequest): Fault | undefined {
    try {
      return this.#settings.isOriginAllowed(request) ? undefined : { answer: { status: 403 }, why: 'origin' };
    } catch (error) {
      return { answer: NO_ROOM, why: 'origin', error };
    }
  }

  async #authenticate(upgrade: Upgrade, request: RequestView, authenticate: NonNullable<ListenSettings['authenticate']>): Promise<void> {
    const { authenticateWithinMs } = this.limits;
    const attempt = new AbortController();
    const leave = () => attempt.abort(new Error('the client has gone away'));
    upgrade.signal.addEventListener('abort', leave);
    this.#attempts.add(attempt);
    this.#parent.handshakes(1);
    try {
      const { signal } = attempt;
      const verdict = Promise.resolve(authenticate(request, { signal }));
      const granted = await within(
        verdict,
        { signal, withinMs: authenticateWithinMs },
        this.shared.wheel,
        () => `authenticate: no answer within ${authenticateWithinMs} ms.`,
      );
      if (granted instanceof Refusal) {
        this.#refuse(upgrade, granted.answer, 'authenticate');
        return;
      }
      // It may have been suspended or stopped meanwhile.
      const closed = this.#closedFault();
      if (closed !== undefined) this.#refuse(upgrade, closed.answer, closed.why);
      else if (!this.#parent.hasRoom()) this.#refuse(upgrade, NO_ROOM, 'maxConnections');
      else this.#accept(upgrade, request, granted);
    } catch (error) {
      // The client went away, this listener stopped, the deadline has passed, or `authenticate` has a bug: no 401.
      if (upgrade.signal.aborted) this.#refuse(upgrade, { status: 499 }, 'gone');
      else if (this.#state === 'stopped') this.#refuse(upgrade, NO_ROOM, 'stopped');
      else this.#refuse(upgrade, NO_ROOM, 'authenticate', error);
    } finally {
      upgrade.signal.removeEventListener('abort', leave);
      attempt.abort();
      this.#attempts.delete(attempt);
      this.#parent.handshakes(-1);
    }
  }

  #accept(upgrade: Upgrade, request: RequestView, { data, expiresAt }: Grant<unknown>): void {
    let protocol: string | undefined;
    try {
      protocol = this.#settings.chooseProtocol(offeredProtocols(request), request);
    } catch (error) {
      this.#refuse(upgrade, NO_ROOM, 'protocols', error);
      return;
    }
    const wire = upgrade.accept(protocol, this.#wireOptions);
    if (wire === undefined) {
      this.#noteRefusal(request, 499, 'gone');
      return;
    }
    request.pack();
    this.#connectionCount += 1;
    const connection = new ConnectionActor({ id: this.#parent.nextId(), home: this, role: 'accepted', wire, request, data });
    this.#parent.register(connection);
    if (expiresAt !== undefined) connection.renew(expiresAt);
    connection.start();
  }

  #refuse(upgrade: Upgrade, answer: HttpAnswer, why: string, error?: unknown): void {
    upgrade.refuse(answer);
    this.#noteRefusal(upgrade.request, answer.status, why, error);
  }

  #noteRefusal({ url, remoteAddress }: HandshakeRequest, status: number, why: string, error?: unknown): void {
    this.#parent.refused(status);
    this.shared.publish({ type: 'handshake.refused', childId: this.id, status, why, url, remoteAddress, ...(error === undefined ? {} : { error }) });
  }
}

/** A port that was left to the system to choose stays the same across restarts. */
function sameTarget(target: ListenTarget, port: number | undefined): ListenTarget {
  return target.kind === 'port' && port !== undefined ? { ...target, port } : target;
}

function wireOptionsOf({ limits: { maxPayloadBytes, maxFragments }, perMessageDeflate }: ListenSettings): WireOptions {
  return { maxPayloadBytes, maxFragments, perMessageDeflate };
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
