import { createTestModel } from '@xstate/test';
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import {
  connectionMachine,
  createStepper,
  dialerMachine,
  type MachineState,
  supervisorMachine,
} from '../../src/machines/index.js';
import { pathOf } from '../../src/machines/state-path.js';
import { walkPaths } from '../../src/testing/model-kit.js';
import { transitionCoverage } from '../../src/testing/transition-coverage.js';

const machines: readonly AnyStateMachine[] = [connectionMachine, dialerMachine, supervisorMachine];

/** A machine as its runtime runs it, by remembered steps. */
class Stepping {
  readonly #stepper;
  #state: MachineState;

  constructor(machine: AnyStateMachine) {
    this.#stepper = createStepper(machine);
    this.#state = this.#stepper.initial().next;
  }

  apply({ type }: { readonly type: string }): void {
    this.#state = this.#stepper.step(this.#state, type).next;
  }

  check(state: string): void {
    expect(this.#state.path).toBe(state);
  }
}

describe.each(machines)('the $id machine by remembered steps', (machine) => {
  test("keeps to the paths of XState's test model, which take every transition", async () => {
    const coverage = transitionCoverage(machine);
    const model = createTestModel(machine, {
      serializeTransition: (_state, event, previous) =>
        event === undefined ? '' : ` by ${event.type} from ${JSON.stringify(previous?.value)}`,
    });
    for (const path of model.getShortestPaths()) {
      const system = new Stepping(machine);
      let before = path.steps[0]?.state;
      const execute = ({ event, state }: (typeof path.steps)[number]) => {
        system.apply(event);
        if (before !== undefined) coverage.note(before, event);
        before = state;
      };
      await path.test({
        events: Object.fromEntries(machine.events.map((type) => [type, execute])),
        states: { '*': (state) => system.check(pathOf(state.value)) },
      });
    }
    expect(coverage.missing).toEqual([]);
  });

  test('keeps to the paths of the model kit, which take every transition too', async () => {
    const coverage = await walkPaths(machine, {
      events: machine.events.map((type) => ({ type })),
      system: () => new Stepping(machine),
    });
    expect(coverage.missing).toEqual([]);
  });
});
