import type { Observable } from 'rxjs';
import { EndedError } from '../../transport/errors.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import { printAsJson } from '../../transport/print-as-json.js';
import type { Transport } from '../../transport/transport.js';
import type { ChildExit } from '../api/child-spec.js';
import type { Connection, SendResult, WaitOptions } from '../api/connection.js';
import type { Dialer, DialerStatus } from '../api/dialer.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { Services } from '../connection/connection-parent.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { resolveWait } from '../options/resolve-wait.js';
import { deferred } from '../time/deferred.js';
import { ConnectedWaiters } from './connected-waiters.js';
import type { DialLimiter } from './dial-limiter.js';
import { DialerFrames } from './dialer-frames.js';
import { StatusFeed } from './status-feed.js';

/** What a dialer gets from its supervisor. */
export interface DialerParent {
  readonly registry: ConnectionRegistry;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  /** The user has stopped the dialer for good. */
  stoppedByUser(child: Dialer): void;
}

/** What users see of a dialer whether it runs or not: its status, its connection, and its end, across all its runs. */
export abstract class DialerFace {
  static {
    printAsJson(this.prototype, 'Dialer');
  }

  readonly id: string;
  readonly services: Services;
  readonly ended: Promise<ChildExit>;
  readonly #status = new StatusFeed<DialerStatus>({ type: 'dialing', attempt: 1 });
  readonly #waiters: ConnectedWaiters;
  /** Made when it is asked for. */
  #frames: DialerFrames | undefined;
  readonly #ended = deferred<ChildExit>();
  /** It has exited, and is not restarted. */
  #isGone = false;

  constructor(id: string, services: Services) {
    this.id = id;
    this.services = services;
    this.#waiters = new ConnectedWaiters(services.wheel);
    this.ended = this.#ended.promise;
  }

  get state(): DialerStatus['type'] {
    return this.#status.present.type;
  }

  get connection(): Connection | undefined {
    const { present } = this.#status;
    return present.type === 'up' ? present.connection : undefined;
  }

  async connected(given: WaitOptions = {}): Promise<Connection> {
    const options = resolveWait(given, 'connected');
    options.signal?.throwIfAborted();
    const { connection } = this;
    if (connection !== undefined) return connection;
    if (this.#isGone) throw this.#endedError();
    return this.#waiters.next(
      options,
      () => `connected: dialer ${this.id} was not connected within ${options.withinMs} ms; it goes on.`,
    );
  }

  send(data: Sendable): SendResult {
    return this.connection?.send(data) ?? 'closed';
  }

  get frames$(): Observable<Frame> {
    if (this.#frames === undefined) {
      this.#frames = new DialerFrames((error) => this.#frames?.connection?.subscriberThrew(error));
      if (this.present.type === 'up')
        this.#frames.follow(this.present.connection as Connection<unknown> as ConnectionActor);
      if (this.#isGone) this.#frames.complete();
    }
    return this.#frames;
  }

  status(): AsyncIterableIterator<DialerStatus> {
    return this.#status.iterate();
  }

  toJSON(): ReturnType<Dialer['toJSON']> {
    return { kind: 'dialer', id: this.id, state: this.state, connection: this.connection?.toJSON() };
  }

  /** It is not started again. */
  conclude(exit: ChildExit): void {
    this.#isGone = true;
    if (this.state !== 'stopped' && this.state !== 'failed') this.tell({ type: 'stopped', exit });
    this.#status.end();
    this.#frames?.complete();
    this.#waiters.reject(this.#endedError());
    this.#ended.resolve(exit);
  }

  /** Where it stands. */
  protected get present(): DialerStatus {
    return this.#status.present;
  }

  protected tell(status: DialerStatus): void {
    this.#status.set(status);
    if (this.services.isObserved) this.services.publish({ type: 'dialer.status', childId: this.id, status });
  }

  /** Those who wait for a connection, or for its frames, get it. */
  protected handOut(connection: ConnectionActor): void {
    this.#frames?.follow(connection);
    this.#waiters.resolve(connection as Connection);
  }

  #endedError(): EndedError {
    return new EndedError(`dialer ${this.id} is ${this.state}: it will not connect any more.`);
  }
}
