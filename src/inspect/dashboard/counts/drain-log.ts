import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { SupervisorNode } from '../protocol/overview.js';

/** Notes when drains were first seen, and how many connections they had then. Drains of child supervisors count too. */
export class DrainLog {
  readonly #wallNow: () => number;
  readonly #drains = new WeakMap<Supervisor, { since: number; total: number }>();

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  /** Returns the present drain of a supervisor; `undefined` if there is none. */
  of(supervisor: Supervisor): SupervisorNode['drain'] {
    const { underWay, connectionsLeft: left } = supervisor.stats().drains;
    if (underWay === 0) {
      this.#drains.delete(supervisor);
      return undefined;
    }
    const known = this.#drains.get(supervisor) ?? { since: this.#wallNow(), total: left };
    // Another drain may have begun beside the first.
    const drain = { since: known.since, total: Math.max(known.total, left) };
    this.#drains.set(supervisor, drain);
    return { isPartial: supervisor.state !== 'draining', left, ...drain };
  }
}
