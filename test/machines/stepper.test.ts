import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createActor, initialTransition, transition } from 'xstate';
import { connectionMachine, createStepper, dialerMachine, supervisorMachine } from '../../src/machines/index.js';
import { pathOf } from '../../src/machines/state-path.js';

const machines: readonly AnyStateMachine[] = [connectionMachine, dialerMachine, supervisorMachine];

/** A machine's trace: where it stands after the start and after each event, and the effects asked for. */
type Trace = readonly (readonly [state: string, effects: readonly string[]])[];

function byTable(machine: AnyStateMachine, events: readonly string[]): Trace {
  const stepper = createStepper(machine);
  const trace = [stepper.initial()];
  for (const event of events) trace.push(stepper.step(trace.at(-1)?.next ?? stepper.initial().next, event));
  return trace.map(({ next, effects }) => [next.path, effects]);
}

function byTransition(machine: AnyStateMachine, events: readonly string[]): Trace {
  let [snapshot, actions] = initialTransition(machine);
  const trace: [string, string[]][] = [[pathOf(snapshot.value), actions.map(({ type }) => type)]];
  for (const type of events) {
    if (snapshot.status === 'active') [snapshot, actions] = transition(machine, snapshot, { type });
    else actions = [];
    trace.push([pathOf(snapshot.value), actions.map((action) => action.type)]);
  }
  return trace;
}

function byActor(machine: AnyStateMachine, events: readonly string[]): Trace {
  let effects: string[] = [];
  const names = Object.keys(machine.implementations.actions);
  const actor = createActor(
    machine.provide({ actions: Object.fromEntries(names.map((name) => [name, () => effects.push(name)])) }),
  );
  const trace: [string, string[]][] = [];
  const note = () => {
    trace.push([pathOf(actor.getSnapshot().value), effects]);
    effects = [];
  };
  actor.start();
  note();
  for (const type of events) {
    if (actor.getSnapshot().status === 'active') actor.send({ type });
    note();
  }
  actor.stop();
  return trace;
}

describe.each(machines)('remembered steps of the $id machine', (machine) => {
  const walks = fc.array(fc.constantFrom(...machine.events, 'no.such.event'), { maxLength: 30 });

  test("agree with XState's pure transition on any sequence of events", () => {
    fc.assert(
      fc.property(walks, (events) => {
        expect(byTable(machine, events)).toEqual(byTransition(machine, events));
      }),
    );
  });

  test('agree with a running actor on any sequence of events', () => {
    fc.assert(
      fc.property(walks, (events) => {
        expect(byTable(machine, events)).toEqual(byActor(machine, events));
      }),
    );
  });
});

describe('a stepper', () => {
  const stepper = createStepper(connectionMachine);

  test('has one object for a state, however it was reached', () => {
    const open = stepper.step(stepper.at('connecting'), 'wire.opened').next;
    expect(open).toBe(stepper.at('open'));
    expect(stepper.step(open, 'close').next).toBe(stepper.step(open, 'handler.returned').next);
  });

  test('remembers a step', () => {
    const open = stepper.at('open');
    expect(stepper.step(open, 'close')).toBe(stepper.step(open, 'close'));
  });

  test('names the state by its first part as well, and knows final ones', () => {
    expect(stepper.at('closing.crossed')).toMatchObject({ path: 'closing.crossed', name: 'closing', isFinal: false });
    expect(stepper.at('failed')).toMatchObject({ path: 'failed', name: 'failed', isFinal: true });
  });

  test.each(['nowhere', 'closing.nowhere', 'open.awaitingPeer', ''])(
    'refuses a path the machine does not have: "%s"',
    (path) => {
      expect(() => stepper.at(path)).toThrow();
    },
  );

  test('leaves a final state by no event', () => {
    const closed = stepper.at('closed');
    for (const event of connectionMachine.events)
      expect(stepper.step(closed, event)).toEqual({ next: closed, effects: [] });
  });
});
