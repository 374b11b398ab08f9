import type { CloseReport } from '../../transport/close-report.js';
import { checkAtOnce } from '../../transport/contain.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { type DrainGround, DrainRun } from './drain-run.js';
import { pickShare } from './drain-schedule.js';
import type { DrainSettings } from './resolve-drain.js';
import type { Shedding } from './shedding.js';

/** A promise would pick every connection. */
function picks(answer: unknown): boolean {
  checkAtOnce(answer, 'drain: where');
  return Boolean(answer);
}

/** Ends some accepted connections, for rebalancing; the supervisor runs on. */
export class PartialDrain extends DrainRun {
  readonly #shedding: Shedding;

  /** Picks. Throws what `where` throws; nothing has begun then. */
  constructor(settings: DrainSettings, ground: DrainGround) {
    super(settings, ground);
    const { where = () => true, share } = settings;
    const open = [...ground.connections.values()].filter(
      (connection) => connection.role === 'accepted' && connection.isOpen,
    );
    this.#shedding = this.shed(
      pickShare(
        open.filter((connection) => picks(where(connection))),
        share,
        Math.random,
      ),
      () => void this.finish(),
    );
  }

  start(): void {
    this.begin(this.#shedding.size);
    this.#shedding.start();
  }

  override connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    if (!this.#shedding.has(connection)) return;
    this.note(connection, report, this.#shedding.closedFor(connection));
    this.tellProgress(this.#shedding.size - 1);
    this.#shedding.ended(connection);
  }

  override overtaken(): void {
    this.outcome = 'hurried';
    this.#shedding.overtaken();
  }

  protected override runOut(): void {
    this.#shedding.terminate();
  }

  protected override callOff(): void {
    this.outcome = 'called-off';
    this.left = this.#shedding.release();
    if (this.#shedding.size === 0) void this.finish();
  }
}
