import type { Observable } from 'rxjs';
import { EndedError } from '../../transport/errors.js';
import type { Frame } from '../../transport/frame.js';
import type { ChildExit } from '../api/child-spec.js';
import type { Connection } from '../api/connection.js';
import type { DialerStatus } from '../api/dialer.js';
import type { WaitOptions } from '../api/wait-options.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { Services } from '../connection/connection-parent.js';
import { resolveWait } from '../options/resolve-wait.js';
import { resolvable } from '../time/deferred.js';
import { ConnectedWaiters } from './connected-waiters.js';
import { DialerFrames } from './dialer-frames.js';
import { StatusFeed } from './status-feed.js';

/**
 * What users see of a dialer: its status, its connection, and its end. One board lasts for all runs of a dialer, also
 * while none is under way.
 */
export class StatusBoard {
  readonly #id: string;
  readonly #services: Services;
  readonly #feed = new StatusFeed<DialerStatus>({ type: 'dialing', attempt: 1 });
  readonly #waiters: ConnectedWaiters;
  /** Made on first use. */
  #frames: DialerFrames | undefined;
  readonly #ended = resolvable<ChildExit>();
  #isConcluded = false;

  constructor(id: string, services: Services) {
    this.#id = id;
    this.#services = services;
    this.#waiters = new ConnectedWaiters(services.wheel);
  }

  get status(): DialerStatus {
    return this.#feed.present;
  }

  /** The connection that is up. */
  get connection(): Connection | undefined {
    return this.status.type === 'up' ? this.status.connection : undefined;
  }

  /** The frames of all its connections, one connection after the other. */
  get frames$(): Observable<Frame> {
    if (this.#frames === undefined) {
      const frames = new DialerFrames((error) => frames.connection?.subscriberThrew(error));
      this.#frames = frames;
      const { connection } = this;
      if (connection !== undefined) frames.follow(connection as Connection<unknown> as ConnectionActor);
      if (this.#isConcluded) frames.complete();
    }
    return this.#frames;
  }

  /** Resolves when the dialer has exited and is not started again. */
  get ended(): Promise<ChildExit> {
    return this.#ended.promise;
  }

  /** Whether the dialer has exited and is not started again. */
  get isConcluded(): boolean {
    return this.#isConcluded;
  }

  /** Sets the status, and publishes it as an event. */
  set(status: DialerStatus): void {
    this.#feed.set(status);
    if (this.#services.wants('dialer.status'))
      this.#services.publish({ type: 'dialer.status', childId: this.#id, status });
  }

  /** Yields the present status, and each one that follows until the last. */
  iterate(): AsyncIterableIterator<DialerStatus> {
    return this.#feed.iterate();
  }

  /**
   * Waits for a connection that is up, also across restarts.
   *
   * @throws {DeadlineError} after `withinMs`; {EndedError} when the dialer has ended; the signal's reason. All by
   *   rejection.
   */
  async connected(given: WaitOptions): Promise<Connection> {
    const options = resolveWait(given, 'connected');
    options.signal?.throwIfAborted();
    const { connection } = this;
    if (connection !== undefined) return connection;
    if (this.#isConcluded) throw this.#endedError();
    return this.#waiters.next(
      options,
      () => `connected: dialer ${this.#id} was not connected within ${options.withinMs} ms. It goes on trying.`,
    );
  }

  /** Resolves the waits for a connection, and goes on with its frames. */
  connectionOpened(connection: ConnectionActor): void {
    this.#frames?.follow(connection);
    this.#waiters.resolve(connection as Connection);
  }

  /** The dialer is not started again. */
  conclude(exit: ChildExit): void {
    this.#isConcluded = true;
    if (this.status.type !== 'stopped' && this.status.type !== 'failed') this.set({ type: 'stopped', exit });
    this.#feed.end();
    this.#frames?.complete();
    this.#waiters.reject(this.#endedError());
    this.#ended.resolve(exit);
  }

  #endedError(): EndedError {
    return new EndedError(`dialer ${this.#id} is ${this.status.type}: it does not connect again.`);
  }
}
