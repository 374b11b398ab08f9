import type { HandshakeRequest, HttpAnswer, Upgrade } from '../transport/transport.js';
import type { ConnectionRequest } from './connection.js';
import { guardedController } from './guarded-signal.js';
import { handshakeFault, requestFault } from './handshake.js';
import type { Shared } from './home.js';
import type { Grant } from './listener.js';
import { Refusal } from './refusal.js';
import { createConnectionRequest, type RequestView } from './request.js';
import { requestTarget } from './request-target.js';
import type { ListenSettings } from './resolve-listen.js';
import { within } from './within.js';

/** A client that was refused for want of room may come back in a second. */
export const NO_ROOM: HttpAnswer = { status: 503, headers: { 'retry-after': '1' } };

/** The request is meant for somebody else (RFC 9110 section 15.5.20). */
const MISDIRECTED: HttpAnswer = { status: 421, body: 'This service does not go by the name in the Host header.' };

/** What stands against an opening handshake. */
export interface Fault {
  readonly answer: HttpAnswer;
  readonly why: string;
  readonly error?: unknown;
}

/** What the admission of clients needs of its listener. */
export interface AdmissionOwner {
  readonly id: string;
  readonly shared: Shared;
  /** Why nobody is let in, for as long as nobody is. */
  closedFault(): Fault | undefined;
  /** Whether there is room for one more connection. */
  hasRoom(): boolean;
  refused(status: number): void;
  handshakes(by: 1 | -1): void;
  accept(upgrade: Upgrade, request: RequestView, grant: Grant<unknown>): void;
}

/** Decides each opening handshake of a listener, before the 101. */
export class Admission {
  readonly #owner: AdmissionOwner;
  readonly #settings: ListenSettings;
  /** Handshakes that await `authenticate`. */
  readonly #attempts = new Set<AbortController>();

  constructor(owner: AdmissionOwner, settings: ListenSettings) {
    this.#owner = owner;
    this.#settings = settings;
  }

  /** On a shared server other paths are left alone. */
  wants(request: HandshakeRequest): boolean {
    const { target, unmatched, matchPath } = this.#settings;
    return target.kind !== 'server' || unmatched === 'refuse' || matchPath(pathOf(request.url)) !== undefined;
  }

  decide(upgrade: Upgrade): void {
    const params = this.#settings.matchPath(pathOf(upgrade.request.url));
    const request = createConnectionRequest(upgrade.request, params ?? []);
    const fault = this.#faultOf(upgrade.request, request, params !== undefined);
    const { authenticate } = this.#settings;
    if (fault !== undefined) this.refuse(upgrade, fault.answer, fault.why, fault.error);
    else if (authenticate === undefined) this.#owner.accept(upgrade, request, { data: undefined });
    else void this.#authenticate(upgrade, request, authenticate);
  }

  /** What stands against a request before its credential is looked at. */
  #faultOf(asked: HandshakeRequest, request: ConnectionRequest, isPathMatched: boolean): Fault | undefined {
    if (!isPathMatched) return { answer: { status: 404 }, why: 'path' };
    const fault = handshakeFault(asked) ?? requestFault(asked);
    if (fault !== undefined) return { answer: fault, why: 'handshake' };
    if (!this.#settings.isHostAllowed(request)) return { answer: MISDIRECTED, why: 'host' };
    const closed = this.#owner.closedFault();
    if (closed !== undefined) return closed;
    const origin = this.#originFaultOf(request);
    if (origin !== undefined) return origin;
    if (!this.#owner.hasRoom()) return { answer: NO_ROOM, why: 'maxConnections' };
    if (this.#attempts.size >= this.#settings.limits.maxHandshakes) return { answer: NO_ROOM, why: 'maxHandshakes' };
    return undefined;
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
    const { authenticateWithinMs } = this.#settings.limits;
    const attempt = guardedController((error) => this.#owner.shared.publish({ type: 'observer.threw', error }));
    const leave = () => attempt.abort(new Error('the client has gone away'));
    upgrade.signal.addEventListener('abort', leave);
    this.#attempts.add(attempt);
    this.#owner.handshakes(1);
    try {
      const { signal } = attempt;
      const verdict = Promise.resolve(authenticate(request, { signal }));
      const granted = await within(
        verdict,
        { signal, withinMs: authenticateWithinMs },
        this.#owner.shared.wheel,
        () => `authenticate: no answer within ${authenticateWithinMs} ms.`,
      );
      if (granted instanceof Refusal) {
        this.refuse(upgrade, granted.answer, 'authenticate');
        return;
      }
      // It may have been suspended or stopped meanwhile.
      const closed = this.#owner.closedFault();
      if (closed !== undefined) this.refuse(upgrade, closed.answer, closed.why);
      else if (!this.#owner.hasRoom()) this.refuse(upgrade, NO_ROOM, 'maxConnections');
      else this.#owner.accept(upgrade, request, granted);
    } catch (error) {
      // The client went away, the listener stopped, the deadline has passed, or `authenticate` has a bug: no 401.
      if (upgrade.signal.aborted) this.refuse(upgrade, { status: 499 }, 'gone');
      else if (attempt.signal.aborted) this.refuse(upgrade, NO_ROOM, 'stopped');
      else this.refuse(upgrade, NO_ROOM, 'authenticate', error);
    } finally {
      upgrade.signal.removeEventListener('abort', leave);
      attempt.abort();
      this.#attempts.delete(attempt);
      this.#owner.handshakes(-1);
    }
  }

  /** Nobody is let in any more: those who wait for `authenticate` are refused. */
  close(): void {
    for (const attempt of this.#attempts) attempt.abort(new Error(`listener ${this.#owner.id} has stopped`));
  }

  /** Answers with an HTTP error, and tells it. */
  refuse(upgrade: Upgrade, answer: HttpAnswer, why: string, error?: unknown): void {
    upgrade.refuse(answer);
    this.noteRefusal(upgrade.request, answer.status, why, error);
  }

  /** Tells that a client was not let in. */
  noteRefusal({ url, remoteAddress }: HandshakeRequest, status: number, why: string, error?: unknown): void {
    this.#owner.refused(status);
    this.#owner.shared.publish({
      type: 'handshake.refused',
      childId: this.#owner.id,
      status,
      why,
      url,
      remoteAddress,
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** What asks for no resource has the empty path, which no pattern matches; only a listener without `path` takes it, to refuse it. */
function pathOf(url: string): string {
  return requestTarget(url)?.path ?? '';
}
