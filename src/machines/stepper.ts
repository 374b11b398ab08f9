import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ExecutableActionObject,
  initialTransition,
  matchesState,
  transition,
} from 'xstate';
import type { MachineState, Step } from './machine-state.js';
import type { EffectOf, StateNameOf } from './machine-types.js';
import { pathOf, valueOf } from './state-path.js';

/**
 * Makes a table of a machine without context, which fills itself: XState's interpreter is asked once for each state and
 * event type, and its answer is kept. An interpreted event costs about 4.6 us and a root actor 4 kB; a remembered step
 * costs a look-up and a reference (measured; see docs/performance.md).
 *
 * It relies on what our machines promise: no context, no guards, and no delays, so that a step is a function of state
 * and event type. The tests walk the table and the interpreter side by side.
 */
export function createStepper<Machine extends AnyStateMachine>(
  given: Machine,
): Stepper<StateNameOf<Machine>, EffectOf<Machine>> {
  type Name = StateNameOf<Machine>;
  type Effect = EffectOf<Machine>;
  const machine: AnyStateMachine = given;
  const states = new Map<string, MachineState<Name, Effect>>();

  const stateOf = (snapshot: AnyMachineSnapshot): MachineState<Name, Effect> => {
    const path = pathOf(snapshot.value);
    const known = states.get(path);
    if (known !== undefined) return known;
    const state: MachineState<Name, Effect> = {
      path,
      // XState types the values of a snapshot, not the parts of a path.
      name: path.split('.', 1)[0] as Name,
      isFinal: snapshot.status === 'done',
      steps: new Map(),
    };
    states.set(path, state);
    return state;
  };

  const stepTo = ([snapshot, actions]: readonly [AnyMachineSnapshot, readonly ExecutableActionObject[]]): Step<
    Name,
    Effect
  > => ({
    next: stateOf(snapshot),
    effects: actions.map((action) => action.type as Effect),
  });

  const snapshotAt = (path: string): AnyMachineSnapshot => machine.resolveState({ value: valueOf(path), context: {} });

  const initial = stepTo(initialTransition(machine));

  return {
    initial: () => initial,

    at(path) {
      const known = states.get(path);
      if (known !== undefined) return known;
      const snapshot = snapshotAt(path);
      if (!matchesState(valueOf(path), snapshot.value)) throw new Error(`${machine.id} has no state ${path}`);
      return stateOf(snapshot);
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

/** A machine without context as a table that fills itself. */
export interface Stepper<Name extends string = string, Effect extends string = string> {
  /** Returns the initial state and the effects of entering it. */
  initial(): Step<Name, Effect>;
  /**
   * Returns the state at a path.
   *
   * @throws {Error} for a path that the machine does not have.
   */
  at(path: string): MachineState<Name, Effect>;
  /**
   * Returns what an event makes of a state. An event that the state does not take leads back to it, without effects.
   */
  step(from: MachineState<Name, Effect>, type: string): Step<Name, Effect>;
}
