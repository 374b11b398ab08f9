import type { CloseReport } from '../../transport/close-report.js';
import type { DrainReport } from '../api/drain.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionRegistry, EndingWatcher } from '../connection/connection-registry.js';
import { lingeringHandlerOf } from '../connection/handler-run.js';
import { deferred } from '../time/deferred.js';
import { DrainAccount, fateOf } from './drain-account.js';
import { LingeringHandlers } from './lingering-handlers.js';
import { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/** How long handlers may still run after the last connection has ended, in ms. */
const HANDLERS_WITHIN_MS = 1000;

/**
 * The common part of full and partial drains: the account, the deadline, the signal, and the wait for handlers.
 */
export abstract class DrainRun implements EndingWatcher {
  /** Resolves with the account when it is closed. Never rejects. */
  readonly report: Promise<DrainReport>;
  protected readonly settings: DrainSettings;
  protected readonly registry: ConnectionRegistry;
  protected readonly account = new DrainAccount();
  protected outcome: DrainReport['outcome'] = 'drained';
  /** The number of connections that are not closed, since the drain was called off. */
  protected left = 0;
  /** Whether `withinMs` has passed. */
  protected isLate = false;
  readonly #handlers = new LingeringHandlers();
  readonly #report = deferred<DrainReport>();
  #deadline: unknown;
  #startedAt = 0;
  #release = () => {};
  /** The number of connections left when progress was last published. */
  #leftPublished = 0;
  #tenth = 0;

  constructor(settings: DrainSettings, registry: ConnectionRegistry) {
    this.settings = settings;
    this.registry = registry;
    this.report = this.#report.promise;
  }

  abstract ended(connection: ConnectionActor, report: CloseReport): void;
  abstract get remaining(): number;
  /** A stop of the supervisor supersedes the drain. */
  abstract superseded(): void;
  /** `withinMs` has passed. */
  protected abstract runOut(): void;
  /** The user's signal has aborted. */
  protected abstract callOff(): void;

  protected begin(connections: number): void {
    const { clock, wheel, watchers } = this.registry;
    const { withinMs, signal, isPartial } = this.settings;
    this.#startedAt = clock.now();
    this.#release = wheel.keepAlive.hold();
    watchers.add(this);
    signal?.addEventListener('abort', this.#onAbort);
    // A separate timer, since a deadline on the wheel may be late by a sixteenth of its length.
    if (withinMs !== Number.POSITIVE_INFINITY) this.#deadline = clock.setTimeout(this.#onDeadline, withinMs);
    this.registry.publish({ type: 'drain.started', connections, isPartial });
  }

  /** Prepares the paced close of some connections. @param onEmpty is called when the last of them has ended. */
  protected closeAtPace(connections: readonly ConnectionActor[], onEmpty: () => void): PacedClose {
    this.#leftPublished = connections.length;
    this.#tenth = Math.max(1, connections.length / 10);
    return new PacedClose(connections, this.settings, this.registry, onEmpty);
  }

  /** Enters the end of a connection into the account. */
  protected note(connection: ConnectionActor, report: CloseReport, closedForMs: number | undefined): void {
    this.account.ended(connection.id, fateOf(report), closedForMs);
    const handler = lingeringHandlerOf(connection);
    if (handler !== undefined) this.#handlers.add(connection.id, handler);
  }

  /** Publishes the number of connections left, about ten times in the whole drain. */
  protected publishProgress(left: number): void {
    if (left > this.#leftPublished - this.#tenth) return;
    this.#leftPublished = left;
    this.registry.publish({ type: 'drain.progress', left });
  }

  /**
   * Waits for handlers that clean up after their connections: until they have ended, for at most a second, and not
   * beyond `withinMs`.
   */
  protected handlersFinished(): Promise<void> {
    const { clock } = this.registry;
    const remainingMs = this.#startedAt + this.settings.withinMs - clock.now();
    const withinMs = this.outcome === 'superseded' ? 0 : Math.max(0, Math.min(HANDLERS_WITHIN_MS, remainingMs));
    return this.#handlers.finished(withinMs, clock);
  }

  /** From now on the drain cannot be called off. */
  protected ignoreSignal(): void {
    this.settings.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** All connections have ended: closes the account. */
  protected async finish(): Promise<void> {
    const { clock, watchers } = this.registry;
    watchers.delete(this);
    this.ignoreSignal();
    await this.handlersFinished();
    clock.clearTimeout(this.#deadline);
    const { outcome, left } = this;
    const report = this.account.report({
      outcome,
      left,
      lingering: this.#handlers.ids,
      durationMs: Math.round(clock.now() - this.#startedAt),
    });
    this.registry.publish({ type: 'drain.ended', report });
    this.#report.resolve(report);
    this.#release();
  }

  readonly #onDeadline = (): void => {
    this.isLate = true;
    this.runOut();
  };

  readonly #onAbort = (): void => {
    this.ignoreSignal();
    this.callOff();
  };
}
