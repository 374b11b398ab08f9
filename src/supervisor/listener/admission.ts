import type { IncomingMessage } from 'node:http';
import { contain } from '../../transport/contain.js';
import { guardedController } from '../../transport/guarded-signal.js';
import type { Diversion, Diverted, HandshakeRequest, Upgrade } from '../../transport/transport.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { Authenticate } from '../api/listener.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { within } from '../time/within.js';
import type { NotOpened } from './accept-client.js';
import { Attempts } from './attempts.js';
import { ClientTally } from './client-tally.js';
import { type Failure, type Fault, MISDIRECTED, NO_ROOM, TOO_MANY } from './fault.js';
import { type Granted, verdictOf } from './grant.js';
import { handshakeFault, offeredProtocols, requestFault } from './handshake.js';
import { refusedEvent, takenEvent } from './handshake-events.js';
import { createConnectionRequest, type RequestView } from './request.js';
import { pathOf } from './request-target.js';
import type { ListenSettings } from './resolve-listen.js';
import type { ClientRequest } from './trust-proxy.js';

/** What the admission of clients needs of its listener. */
export interface AdmissionOwner {
  readonly id: string;
  readonly services: Pick<
    ConnectionRegistry,
    'clock' | 'wheel' | 'publish' | 'refused' | 'handshakes' | 'followers' | 'load'
  >;
  /** Whether the limits of the listener and of its supervisor allow one more connection. */
  hasRoom(): boolean;
  /** Why every client is refused now; `undefined` if clients are let in. */
  closedFault(): Fault | undefined;
  /** Lets a client in, after every check has passed. */
  accept(upgrade: Upgrade, request: RequestView, granted: Granted, protocol: string | undefined): void;
}

/** What is granted to an upgrade that is passed by hand. */
export type HandedGrant = ReturnType<Authenticate<unknown>>;

/** The grant of every client if there is no `authenticate`. */
const NOTHING: Granted = { data: undefined, expiresAt: undefined, identity: undefined, headers: undefined };

/**
 * Decides each opening handshake of a listener, before the 101. Each leads to exactly one refusal or one acceptance,
 * whatever the user's functions do.
 */
export class Admission {
  /** The connections that were let in and have not ended. */
  readonly clients: ClientTally;
  readonly #owner: AdmissionOwner;
  readonly #settings: ListenSettings;
  readonly #attempts: Attempts;
  /** What was granted to upgrades that were passed by hand. */
  readonly #handedIn = new WeakMap<IncomingMessage, HandedGrant>();

  constructor(owner: AdmissionOwner, settings: ListenSettings) {
    this.#owner = owner;
    this.#settings = settings;
    this.clients = new ClientTally(settings.limits, settings.knowsProxies);
    this.#attempts = new Attempts(settings.limits);
  }

  /** On a shared server other paths are left alone. */
  wants(request: HandshakeRequest): boolean {
    const { target, unmatched, matchPath } = this.#settings;
    return target.kind !== 'server' || unmatched === 'refuse' || matchPath(pathOf(request.url)) !== undefined;
  }

  /** An upgrade is passed by hand, with a grant in place of that of `authenticate`. */
  handedIn(message: IncomingMessage, grant: HandedGrant): void {
    // What is no request is refused by the transport.
    if (Object(message) === message) this.#handedIn.set(message, grant);
    // It may reject before the first check has passed, or after one has not.
    contain(
      () => grant,
      () => {},
    );
  }

  decide(upgrade: Upgrade): void {
    const { matchPath, clientOf } = this.#settings;
    const authenticate = this.#authenticateFor(upgrade.request);
    const client = clientOf(upgrade.request);
    const request = createConnectionRequest(client.request, matchPath);
    const { clock, followers } = this.#owner.services;
    if (followers.isFollowed) followers.began(upgrade, { role: 'accepted', childId: this.#owner.id, clock, request });
    const fault = this.#faultOf(upgrade.request, client, request);
    if (fault !== undefined) this.#refuse(upgrade, request, fault);
    else if (authenticate === undefined) this.#letIn(upgrade, request, NOTHING);
    else void this.#ask(upgrade, request, authenticate);
  }

  /** Decides on the credential of a request. */
  #authenticateFor({ raw }: HandshakeRequest): ListenSettings['authenticate'] {
    const handed = raw && this.#handedIn.get(raw);
    return handed === undefined ? this.#settings.authenticate : () => handed;
  }

  /** Why a request is refused before its credential is checked. */
  #faultOf(asked: HandshakeRequest, client: ClientRequest, request: ConnectionRequest): Fault | undefined {
    const { matchPath, isHostAllowed, limits } = this.#settings;
    if (matchPath(pathOf(asked.url)) === undefined) return { answer: { status: 404 }, why: 'path' };
    const fault = handshakeFault(asked) ?? requestFault(asked) ?? client.fault;
    if (fault !== undefined) return { answer: fault, why: 'handshake' };
    if (!isHostAllowed(request)) return { answer: MISDIRECTED, why: 'host' };
    const closed = this.#owner.closedFault();
    if (closed !== undefined) return closed;
    const overload = this.#owner.services.load.exceeded(limits);
    if (overload !== undefined) return { answer: NO_ROOM, why: overload };
    const origin = this.#originFaultOf(request, client.scheme);
    if (origin !== undefined) return origin;
    const exceeded = this.#attempts.exceeded(request.remoteAddress);
    return this.#roomFaultOf(request) ?? (exceeded === undefined ? undefined : { answer: NO_ROOM, why: exceeded });
  }

  /** Why a client gets no connection although it may have one. */
  #roomFaultOf({ remoteAddress }: ConnectionRequest, identity?: string): Fault | undefined {
    if (!this.#owner.hasRoom()) return { answer: NO_ROOM, why: 'maxConnections' };
    const exceeded = this.clients.exceeded({ remoteAddress, identity });
    return exceeded === undefined ? undefined : { answer: TOO_MANY, why: exceeded };
  }

  /** An origin function with a bug refuses every client, and is not the client's fault. */
  #originFaultOf(request: ConnectionRequest, scheme: ClientRequest['scheme']): Fault | undefined {
    try {
      return this.#settings.isOriginAllowed(request, scheme) ? undefined : { answer: { status: 403 }, why: 'origin' };
    } catch (error) {
      return { answer: NO_ROOM, why: 'origin', error };
    }
  }

  async #ask(
    upgrade: Upgrade,
    request: RequestView,
    authenticate: NonNullable<ListenSettings['authenticate']>,
  ): Promise<void> {
    const verdict = await this.#verdictOf(upgrade, request, authenticate);
    if ('answer' in verdict) this.#refuse(upgrade, request, verdict);
    else this.#letIn(upgrade, request, verdict);
  }

  /** Returns the decision of `authenticate`, or why it came to none; never rejects. */
  async #verdictOf(
    upgrade: Upgrade,
    request: RequestView,
    authenticate: NonNullable<ListenSettings['authenticate']>,
  ): Promise<Granted | Fault> {
    // It may have waited for its turn to be decided.
    if (upgrade.signal.aborted) return { answer: { status: 499 }, why: 'gone' };
    const { authenticateWithinMs } = this.#settings.limits;
    const attempt = this.#attempts.begin(
      request.remoteAddress,
      guardedController((error) => this.#owner.services.publish({ type: 'observer.threw', error })),
    );
    const { signal } = attempt;
    const since = this.#owner.services.clock.now();
    let isLate = false;
    const leave = () => attempt.abort(new Error('the client has gone away'));
    upgrade.signal.addEventListener('abort', leave);
    this.#owner.services.handshakes(1);
    try {
      const given = await within(
        Promise.resolve(this.#owner.services.followers.run(upgrade, () => authenticate(request, { signal }))),
        { signal, withinMs: authenticateWithinMs },
        this.#owner.services.wheel,
        () => {
          isLate = true;
          return `authenticate: no answer within ${authenticateWithinMs} ms.`;
        },
      );
      const verdict = verdictOf(given);
      return verdict.kind === 'granted' ? verdict.granted : { answer: verdict.answer, why: 'authenticate' };
    } catch (error) {
      // The client went away, the listener stopped, the deadline has passed, or `authenticate` has a bug: none is a
      // 401.
      if (upgrade.signal.aborted)
        return { answer: { status: 499 }, why: 'gone', waitedMs: this.#owner.services.clock.now() - since };
      if (signal.aborted) return { answer: NO_ROOM, why: 'stopped' };
      return { answer: NO_ROOM, why: isLate ? 'authenticateWithinMs' : 'authenticate', error };
    } finally {
      upgrade.signal.removeEventListener('abort', leave);
      attempt.end();
      this.#owner.services.handshakes(-1);
    }
  }

  #letIn(upgrade: Upgrade, request: RequestView, granted: Granted): void {
    let protocol: string | undefined;
    let fault: Fault | undefined;
    try {
      protocol = this.#settings.chooseProtocol(offeredProtocols(request), request);
    } catch (error) {
      fault = { answer: NO_ROOM, why: 'protocols', error };
    }
    // The listener may have been suspended or stopped meanwhile, even by the user's functions themselves.
    fault ??= this.#owner.closedFault() ?? this.#roomFaultOf(request, granted.identity);
    if (fault !== undefined) this.#refuse(upgrade, request, fault);
    else this.#owner.accept(upgrade, request, granted, protocol);
  }

  /** Lets no client in any more: those that wait for `authenticate` are refused. */
  close(): void {
    this.#attempts.abortAll(() => new Error(`listener ${this.#owner.id} has stopped`));
  }

  /** Answers with an HTTP error, and reports it. */
  #refuse(upgrade: Upgrade, request: ConnectionRequest, { answer, why, waitedMs, ...failure }: Fault): void {
    let thrown: Failure = failure;
    try {
      upgrade.refuse(answer);
    } catch (error) {
      thrown = { error, ...failure };
    }
    this.notOpened(upgrade, request, { status: answer.status, why, waitedMs, failure: thrown });
  }

  /** Reports that a client was not let in, or what the transport did instead of answering as decided. */
  notOpened(upgrade: Upgrade, request: ConnectionRequest, { status, why, waitedMs, failure }: NotOpened): void {
    const { diversion } = upgrade;
    this.#owner.services.followers.refused(upgrade, { ...answerOf(diversion, status, why), ...failure });
    if (diversion === undefined) this.#reportRefusal(request, status, why, failure);
    else this.diverted(request, diversion, waitedMs);
  }

  /**
   * Reports what happened to a request that was not decided here.
   *
   * @param waitedMs how long it had waited for `authenticate`, if it did.
   */
  diverted(request: Diverted, diversion: Diversion, waitedMs?: number): void {
    if (diversion.kind === 'refused') {
      const { status, error } = diversion;
      this.#reportRefusal(request, status, 'handshake', error === undefined ? {} : { error });
      return;
    }
    const { id: childId, services } = this.#owner;
    services.publish(takenEvent(childId, request, diversion, waitedMs));
  }

  #reportRefusal(request: Diverted, status: number, why: string, failure: Failure): void {
    const { id: childId, services } = this.#owner;
    services.refused(status, why);
    services.publish(refusedEvent(childId, request, { status, why, ...failure }));
  }
}

/** How a client was answered in the end: not as decided, if the transport has done something else. */
function answerOf(diversion: Diversion | undefined, status: number, why: string): { status: number; why: string } {
  if (diversion === undefined) return { status, why };
  return diversion.kind === 'refused' ? { status: diversion.status, why: 'handshake' } : { status: 0, why: 'taken' };
}
