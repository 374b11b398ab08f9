import type { CloseReport } from '../../transport/close-report.js';
import { checkAtOnce } from '../../transport/contain.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { type DrainGround, DrainRun } from './drain-run.js';
import { pickShare } from './drain-schedule.js';
import type { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/** A promise would pick every connection. */
function picks(answer: unknown): boolean {
  checkAtOnce(answer, 'drain: where');
  return Boolean(answer);
}

/** Ends some accepted connections, for rebalancing; the supervisor runs on. */
export class PartialDrain extends DrainRun {
  readonly #pacedClose: PacedClose;

  /** Picks. Throws what `where` throws; nothing has begun then. */
  constructor(settings: DrainSettings, ground: DrainGround) {
    super(settings, ground);
    const { where = () => true, share } = settings;
    const open = [...ground.connections.values()].filter(
      (connection) => connection.role === 'accepted' && connection.isOpen,
    );
    this.#pacedClose = this.closeAtPace(
      pickShare(
        open.filter((connection) => picks(where(connection))),
        share,
        Math.random,
      ),
      () => void this.finish(),
    );
  }

  start(): void {
    this.begin(this.#pacedClose.size);
    this.#pacedClose.start();
  }

  override ended(connection: ConnectionActor, report: CloseReport): void {
    if (!this.#pacedClose.has(connection)) return;
    this.note(connection, report, this.#pacedClose.closedFor(connection));
    this.tellProgress(this.#pacedClose.size - 1);
    this.#pacedClose.ended(connection);
  }

  override overtaken(): void {
    this.outcome = 'hurried';
    this.#pacedClose.overtaken();
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
