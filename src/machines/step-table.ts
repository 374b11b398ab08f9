import type { MachineState, Step } from './machine-state.js';
import type { Stepper } from './stepper.js';

/**
 * All steps of a machine without context, as plain data, so that a process that runs the machine need not load XState
 * and the machine. `npm run steps` writes the tables from the machines; a test walks both side by side.
 */
export interface StepTable<Name extends string = string, Effect extends string = string> {
  readonly id: string;
  /** The path of the initial state, and the effects of entering it. */
  readonly initial: StepEntry<Effect>;
  /**
   * By the path of each state, what each event that leads somewhere or has effects makes of it; `'final'` for a final
   * state, which takes no event.
   */
  readonly states: Readonly<Partial<Record<Name | `${Name}.${string}`, StepRow<Effect>>>>;
}

/** What the events make of one state. */
export type StepRow<Effect extends string = string> = 'final' | Readonly<Record<string, StepEntry<Effect>>>;

/** The path of the next state, then the effects in the order in which they run. */
export type StepEntry<Effect extends string = string> = readonly [path: string, ...effects: Effect[]];

/** Makes a stepper of a table. All of its states and steps exist from the start, except those that change nothing. */
export function tableStepper<Name extends string, Effect extends string>(
  table: StepTable<Name, Effect>,
): Stepper<Name, Effect> {
  const rows = Object.entries<StepRow<Effect>>(table.states as Readonly<Record<string, StepRow<Effect>>>);
  const states = new Map(
    rows.map(([path, row]): [string, MachineState<Name, Effect>] => [
      path,
      // The paths of a table begin with its names.
      { path, name: path.split('.', 1)[0] as Name, isFinal: row === 'final', steps: new Map() },
    ]),
  );

  const at = (path: string): MachineState<Name, Effect> => {
    const state = states.get(path);
    if (state === undefined) throw new Error(`${table.id} has no state ${path}`);
    return state;
  };

  const stepTo = ([path, ...effects]: StepEntry<Effect>): Step<Name, Effect> => ({ next: at(path), effects });

  for (const [path, row] of rows) {
    if (row === 'final') continue;
    const { steps } = at(path);
    for (const [event, entry] of Object.entries(row)) steps.set(event, stepTo(entry));
  }

  const initial = stepTo(table.initial);

  return {
    initial: () => initial,
    at,
    step(from, type) {
      const known = from.steps.get(type);
      if (known !== undefined) return known;
      const step = { next: from, effects: [] };
      from.steps.set(type, step);
      return step;
    },
  };
}
