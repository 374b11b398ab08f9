import type { Clock } from '../../supervisor/api/clock.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { StepShape } from './entry.js';

/** What all machines of one supervisor have in common that have begun in the same state, with the same first step. */
export interface Beginning {
  readonly clock: Clock;
  /** The name of the supervisor. */
  readonly supervisor: string;
  /** The state that the machines were in, as a path. */
  readonly startsIn: string;
  /** The start of the machines; `undefined` for those that have no such step yet, or run already. */
  readonly start: StepShape | undefined;
  /** Monotonic ms, from which records count when they have begun. */
  readonly zero: number;
}

/** Two and a half days in tenths of a ms is the most that V8 keeps without an object for each number; this is less. */
const LONGEST = 2 ** 30;

/** The beginnings of the machines that a recorder has seen. */
export class Beginnings {
  readonly #bySupervisor = new WeakMap<object, Map<string, Beginning>>();
  readonly #started = new WeakMap<Beginning, Beginning>();

  of(supervisor: Pick<Supervisor, 'clock' | 'name'>, startsIn: string): Beginning {
    const { clock, name } = supervisor;
    let byState = this.#bySupervisor.get(supervisor);
    if (byState === undefined) {
      byState = new Map();
      this.#bySupervisor.set(supervisor, byState);
    }
    const known = byState.get(startsIn);
    const now = clock.now();
    if (known !== undefined && (now - known.zero) * 10 < LONGEST) return known;
    const made: Beginning = { clock, supervisor: name, startsIn, start: undefined, zero: now };
    byState.set(startsIn, made);
    return made;
  }

  /** The same with a first step. Machines that begin in the same state have the same one. */
  started(beginning: Beginning, start: StepShape): Beginning {
    const known = this.#started.get(beginning);
    if (known?.start === start) return known;
    const made: Beginning = { ...beginning, start };
    this.#started.set(beginning, made);
    return made;
  }
}
