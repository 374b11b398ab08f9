import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import {
  connectionMachine,
  createStepper,
  dialerMachine,
  type MachineState,
  supervisorMachine,
} from '../../src/machines/index.js';
import { createTestModel } from '../../src/testing/model/create-test-model.js';

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

const modelOf = (machine: AnyStateMachine) => {
  const events = machine.events.map((type) => ({ type }));
  return createTestModel(machine, {
    events,
    ignored: events,
    driver: {
      start: () => new Stepping(machine),
      events: { '*': (system, event) => system.apply(event) },
      states: { '*': (system, { name }) => system.check(name) },
    },
  });
};

describe.each(machines)('the $id machine by remembered steps', (machine) => {
  test('keeps to the shortest paths, which take every transition, and to events without one', async () => {
    const model = modelOf(machine);
    await model.testPaths();
    model.coverage.assertFull();
  });

  test('keeps to every simple path', async () => {
    const model = modelOf(machine);
    expect(await model.testPaths({ paths: 'simple' })).toBeGreaterThan(5);
    model.coverage.assertFull({ of: ['states'] });
  });

  test('keeps to the shortest paths that take every pair of transitions', async () => {
    const model = modelOf(machine);
    await model.testPaths({ cover: 'pairs' });
    model.coverage.assertFull({ of: ['pairs', 'transitions'] });
  });

  test('keeps to random walks', async () => {
    const { steps } = await modelOf(machine).testWalks({ runs: 300 });
    expect(steps).toBeGreaterThan(300);
  });
});
