import type { CloseReport } from '../../transport/close-report.js';
import type { DrainReport } from '../api/drain.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { Services } from '../connection/connection-parent.js';
import { lingeringHandlerOf } from '../connection/handler-run.js';
import { deferred } from '../time/deferred.js';
import { DrainAccount, fateOf } from './drain-account.js';
import { LingeringHandlers } from './lingering-handlers.js';
import { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/** Is told of every connection that ends, of a supervisor and of those below it. */
export interface EndingWatcher {
  ended(connection: ConnectionActor, report: CloseReport): void;
}

/** What a drain works on: the connections of a supervisor and of those below it. */
export interface DrainGround extends Pick<Services, 'clock' | 'wheel' | 'publish'> {
  readonly connections: ReadonlyMap<string, ConnectionActor>;
  readonly watchers: Set<EndingWatcher>;
}

/** How long handlers may still run once all connections have ended, in ms. */
const HANDLERS_WITHIN_MS = 1000;

/**
 * What a full drain and a partial one have in common: the account, the deadline, the signal, and the wait for handlers.
 */
export abstract class DrainRun implements EndingWatcher {
  /** The account, once it is closed. Never rejects. */
  readonly report: Promise<DrainReport>;
  protected readonly settings: DrainSettings;
  protected readonly ground: DrainGround;
  protected readonly account = new DrainAccount();
  protected outcome: DrainReport['outcome'] = 'drained';
  protected left = 0;
  /** Whether `withinMs` has passed. */
  protected isLate = false;
  readonly #handlers = new LingeringHandlers();
  readonly #report = deferred<DrainReport>();
  #deadline: unknown;
  #startedAt = 0;
  #letGo = () => {};
  /** How many had not ended when progress was told last. */
  #leftTold = 0;
  #tenth = 0;

  constructor(settings: DrainSettings, ground: DrainGround) {
    this.settings = settings;
    this.ground = ground;
    this.report = this.#report.promise;
  }

  abstract ended(connection: ConnectionActor, report: CloseReport): void;
  /** A stop of the supervisor has overtaken it. */
  abstract overtaken(): void;
  /** `withinMs` has passed. */
  protected abstract runOut(): void;
  /** The signal has aborted. */
  protected abstract callOff(): void;

  protected begin(connections: number): void {
    const { clock, wheel, watchers } = this.ground;
    const { withinMs, signal, isPartial } = this.settings;
    this.#startedAt = clock.now();
    this.#letGo = wheel.keepAlive.hold();
    watchers.add(this);
    signal?.addEventListener('abort', this.#onAbort);
    // A timer of its own: the wheel may be late by a sixteenth.
    if (withinMs !== Number.POSITIVE_INFINITY) this.#deadline = clock.setTimeout(this.#onDeadline, withinMs);
    this.ground.publish({ type: 'drain.started', connections, isPartial });
  }

  /** Begins to end some connections. */
  protected closeAtPace(connections: readonly ConnectionActor[], onEmpty: () => void): PacedClose {
    this.#leftTold = connections.length;
    this.#tenth = Math.max(1, connections.length / 10);
    return new PacedClose(connections, this.settings, this.ground, onEmpty);
  }

  /** Enters an end into the account. */
  protected note(connection: ConnectionActor, report: CloseReport, closedForMs: number | undefined): void {
    this.account.ended(connection.id, fateOf(report), closedForMs);
    const handler = lingeringHandlerOf(connection);
    if (handler !== undefined) this.#handlers.add(connection.id, handler);
  }

  /** Tells how many are left, about ten times over the whole. */
  protected tellProgress(left: number): void {
    if (left > this.#leftTold - this.#tenth) return;
    this.#leftTold = left;
    this.ground.publish({ type: 'drain.progress', left });
  }

  /**
   * Handlers may tidy up after their connections: waits until they have, or for a second, or until `withinMs` has
   * passed.
   */
  protected handlersFinished(): Promise<void> {
    const { clock } = this.ground;
    const leftMs = this.#startedAt + this.settings.withinMs - clock.now();
    const withinMs = this.outcome === 'hurried' ? 0 : Math.max(0, Math.min(HANDLERS_WITHIN_MS, leftMs));
    return this.#handlers.finished(withinMs, clock);
  }

  /** It cannot be called off any more. */
  protected disregardSignal(): void {
    this.settings.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** Everything has ended: closes the account. */
  protected async finish(): Promise<void> {
    const { clock, watchers } = this.ground;
    watchers.delete(this);
    this.disregardSignal();
    await this.handlersFinished();
    clock.clearTimeout(this.#deadline);
    const { outcome, left } = this;
    const report = this.account.report({
      outcome,
      left,
      lingering: this.#handlers.ids,
      durationMs: Math.round(clock.now() - this.#startedAt),
    });
    this.ground.publish({ type: 'drain.ended', report });
    this.#report.resolve(report);
    this.#letGo();
  }

  readonly #onDeadline = (): void => {
    this.isLate = true;
    this.runOut();
  };

  readonly #onAbort = (): void => {
    this.disregardSignal();
    this.callOff();
  };
}
