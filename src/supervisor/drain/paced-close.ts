import { withReconnectDelay } from '../../transport/reconnect-delay.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { Services } from '../connection/connection-parent.js';
import { announceDrain, awaitsDrain } from '../connection/handler-signals.js';
import { Timer } from '../time/timer.js';
import { DrainPace } from './drain-pace.js';
import { scheduleOf } from './drain-schedule.js';
import type { DrainSettings } from './resolve-drain.js';

/**
 * Ends some connections: announces the drain to their handlers, then closes at a pace those that do not finish by
 * themselves.
 */
export class PacedClose {
  readonly #settings: PacedCloseSettings;
  readonly #services: Pick<Services, 'clock' | 'random' | 'wheel'>;
  readonly #live: Set<ConnectionActor>;
  /** When each connection was closed, monotonic ms. */
  readonly #closedAt = new Map<ConnectionActor, number>();
  readonly #pace: DrainPace<ConnectionActor>;
  readonly #grace: Timer;
  readonly #onEmpty: () => void;

  /** @param onEmpty is called once, when the last of the connections has ended. */
  constructor(
    connections: readonly ConnectionActor[],
    settings: PacedCloseSettings,
    services: Pick<Services, 'clock' | 'random' | 'wheel'>,
    onEmpty: () => void,
  ) {
    this.#settings = settings;
    this.#services = services;
    this.#live = new Set(connections);
    this.#onEmpty = onEmpty;
    const schedule = scheduleOf(connections, awaitsDrain, settings.spreadMs, services.random);
    this.#pace = new DrainPace(schedule, services.clock, services.wheel, (connection) => this.#close(connection));
    this.#grace = new Timer(services.wheel, () => this.#pace.start());
  }

  /** The number of connections that have not ended. */
  get size(): number {
    return this.#live.size;
  }

  has(connection: ConnectionActor): boolean {
    return this.#live.has(connection);
  }

  start(): void {
    if (this.#live.size === 0) {
      this.#onEmpty();
      return;
    }
    for (const connection of [...this.#live]) announceDrain(connection);
    if (this.#settings.finishFirstMs > 0) this.#grace.set(this.#settings.finishFirstMs);
    else this.#pace.start();
  }

  /** Returns how many ms ago a connection was closed; `undefined` if it was not. */
  closedFor(connection: ConnectionActor): number | undefined {
    const closedAt = this.#closedAt.get(connection);
    return closedAt === undefined ? undefined : Math.round(this.#services.clock.now() - closedAt);
  }

  /** Removes a connection that has ended. */
  ended(connection: ConnectionActor): void {
    this.#closedAt.delete(connection);
    if (!this.#live.delete(connection) || this.#live.size > 0) return;
    this.stop();
    this.#onEmpty();
  }

  /**
   * Closes no more connections, and removes those that were not closed; `onEmpty` is not called for them.
   *
   * @returns their number.
   */
  release(): number {
    this.stop();
    const left = [...this.#live].filter((connection) => !this.#closedAt.has(connection));
    for (const connection of left) this.#live.delete(connection);
    return left.length;
  }

  /** Terminates the connections that are left. */
  terminate(): void {
    this.stop();
    for (const connection of [...this.#live]) connection.terminateFor('drained');
  }

  /** Closes no more connections. Those that are left end by other means. */
  stop(): void {
    this.#grace.clear();
    this.#pace.stop();
  }

  /** Closes a connection, unless it has begun to end by itself. */
  #close(connection: ConnectionActor): void {
    if (!this.#live.has(connection) || !connection.isOpen) return;
    const { code, reason, adviseReconnectMs } = this.#settings;
    this.#closedAt.set(connection, this.#services.clock.now());
    connection.closeFor(
      'drained',
      code,
      adviseReconnectMs === 0 ? reason : withReconnectDelay(reason, this.#services.random() * adviseReconnectMs),
    );
  }
}

/** What a paced close needs of the drain's settings. */
export type PacedCloseSettings = Pick<
  DrainSettings,
  'finishFirstMs' | 'spreadMs' | 'adviseReconnectMs' | 'code' | 'reason'
>;
