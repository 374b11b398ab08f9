import type { CloseReport } from '../../transport/close-report.js';
import { checkAtOnce } from '../../transport/contain.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { DrainRun } from './drain-run.js';
import { pickShare } from './drain-schedule.js';
import type { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/** Returns the answer of `where`. Refuses a promise, which is truthy and so would pick every connection. */
function picks(answer: unknown): boolean {
  checkAtOnce(answer, 'drain: where');
  return Boolean(answer);
}

/** Ends some accepted connections, for rebalancing. The supervisor runs on. */
export class PartialDrain extends DrainRun {
  readonly #pacedClose: PacedClose;

  /** Picks the connections. Throws what `where` throws, before anything has begun. */
  constructor(settings: DrainSettings, registry: ConnectionRegistry) {
    super(settings, registry);
    const { where = () => true, share } = settings;
    const open = [...registry.connections.values()].filter(
      (connection) => connection.role === 'accepted' && connection.isOpen,
    );
    this.#pacedClose = this.closeAtPace(
      pickShare(
        open.filter((connection) => picks(where(connection))),
        share,
        registry.random,
      ),
      () => void this.finish(),
    );
  }

  override get remaining(): number {
    return this.#pacedClose.size;
  }

  start(): void {
    this.begin(this.#pacedClose.size);
    this.#pacedClose.start();
  }

  override ended(connection: ConnectionActor, report: CloseReport): void {
    if (!this.#pacedClose.has(connection)) return;
    this.note(connection, report, this.#pacedClose.closedFor(connection));
    this.publishProgress(this.#pacedClose.size - 1);
    this.#pacedClose.ended(connection);
  }

  override superseded(): void {
    this.outcome = 'superseded';
    this.#pacedClose.stop();
  }

  protected override runOut(): void {
    this.#pacedClose.terminate();
  }

  protected override callOff(): void {
    this.outcome = 'called-off';
    this.left = this.#pacedClose.release();
    if (this.#pacedClose.size === 0) void this.finish();
  }
}
