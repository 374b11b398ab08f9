import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ExecutableActionObject,
  initialTransition,
  matchesState,
  transition,
} from 'xstate';
import { pathOf, valueOf } from './state-path.js';

/** One state of a machine without context, with every step out of it that was ever asked for. */
export interface Stand<Effect extends string> {
  /** The whole state as a path: `closing.awaitingPeer`. */
  readonly path: string;
  /** Its first part: `closing`. */
  readonly name: string;
  readonly isFinal: boolean;
  /** Steps remembered, by event type. */
  readonly steps: Map<string, Step<Effect>>;
}

/** What an event makes of a state: the next state, and the effects in the order in which they are to run. */
export interface Step<Effect extends string> {
  readonly next: Stand<Effect>;
  readonly effects: readonly Effect[];
}

/** A machine without context as a table that fills itself. */
export interface Stepper<Effect extends string> {
  /** The initial state, and the effects of entering it. */
  initial(): Step<Effect>;
  /** The state at a path. @throws {Error} for a path the machine does not have. */
  at(path: string): Stand<Effect>;
  /** What an event makes of a state. An event that the state does not take leads back to it, without effects. */
  step(from: Stand<Effect>, type: string): Step<Effect>;
}

/**
 * Runs a machine without context by remembered steps. XState's interpreter is asked once for each state and event type
 * and its answer kept: an interpreted event costs about 4.6 us and a root actor 4 kB, a remembered step a look-up and a
 * reference (measured; see docs/performance.md).
 *
 * It relies on what our machines promise: no context, no guards, no delays, so that a step is a function of state and
 * event type. The tests walk the table and the interpreter side by side.
 */
export function createStepper<Effect extends string>(machine: AnyStateMachine): Stepper<Effect> {
  const stands = new Map<string, Stand<Effect>>();

  const standFor = (snapshot: AnyMachineSnapshot): Stand<Effect> => {
    const path = pathOf(snapshot.value);
    const known = stands.get(path);
    if (known !== undefined) return known;
    const stand: Stand<Effect> = {
      path,
      name: path.split('.', 1)[0] ?? path,
      isFinal: snapshot.status === 'done',
      steps: new Map(),
    };
    stands.set(path, stand);
    return stand;
  };

  const stepTo = ([snapshot, actions]: readonly [
    AnyMachineSnapshot,
    readonly ExecutableActionObject[],
  ]): Step<Effect> => ({
    next: standFor(snapshot),
    effects: actions.map((action) => action.type as Effect),
  });

  const snapshotAt = (path: string): AnyMachineSnapshot => machine.resolveState({ value: valueOf(path), context: {} });

  const initial = stepTo(initialTransition(machine));

  return {
    initial: () => initial,

    at(path) {
      const known = stands.get(path);
      if (known !== undefined) return known;
      const snapshot = snapshotAt(path);
      if (!matchesState(valueOf(path), snapshot.value)) throw new Error(`${machine.id} has no state ${path}`);
      return standFor(snapshot);
    },

    step(from, type) {
      const known = from.steps.get(type);
      if (known !== undefined) return known;
      const step = from.isFinal
        ? { next: from, effects: [] }
        : stepTo(transition(machine, snapshotAt(from.path), { type }));
      from.steps.set(type, step);
      return step;
    },
  };
}
