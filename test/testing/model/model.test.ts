import { describe, expect, test } from 'vitest';
import { assign, cancel, createActor, createMachine, raise, sendTo, setup } from 'xstate';
import { createModel, type Model, type Position } from '../../../src/testing/model/model.js';

/** The names of the states after some events; `ms` waits for the next timers. */
function walk(model: Model, ...events: readonly string[]): string[] {
  let at: Position = model.start().to;
  return [
    at.name,
    ...events.map((type) => {
      const next = type === 'wait' ? model.wait(at)?.advance() : model.take(at, { type });
      if (next === undefined) throw new Error('no timer is set');
      at = next.to;
      return at.name;
    }),
  ];
}

describe('delays', () => {
  test('a wait ends with the next timer, and what is left of the others goes on', () => {
    const machine = createMachine({
      initial: 'outer',
      states: {
        outer: {
          initial: 'a',
          after: { 1000: 'late' },
          states: { a: { after: { 400: 'b' } }, b: { after: { 400: 'a' } } },
        },
        late: {},
      },
    });
    const model = createModel(machine, undefined);
    expect(walk(model, 'wait', 'wait', 'wait')).toEqual(['outer.a', 'outer.b', 'outer.a', 'late']);
    const first = model.wait(model.start().to);
    expect([first?.ms, first?.advance().to.timers.map(({ dueInMs }) => dueInMs)]).toEqual([400, [600, 400]]);
  });

  test('what is due at one instant fires in one wait, in the order in which it was set', () => {
    const machine = createMachine({
      type: 'parallel',
      states: {
        p: { initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } },
        q: { initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } },
      },
    });
    expect(walk(createModel(machine, undefined), 'wait')).toEqual(['p.a + q.a', 'p.b + q.b']);
  });

  test('a timer that another one of the same instant cancels does not fire', () => {
    const machine = createMachine({
      initial: 'a',
      entry: [raise({ type: 'x' }, { delay: 10, id: 'x' }), raise({ type: 'y' }, { delay: 10, id: 'y' })],
      on: { x: { actions: cancel('y') }, y: '.wrong' },
      states: { a: {}, wrong: {} },
    });
    const model = createModel(machine, undefined);
    expect(walk(model, 'wait')).toEqual(['a', 'a']);
    const after = model.wait(model.start().to)?.advance().to;
    expect(after?.timers).toEqual([]);
  });

  test('a delay comes from the context, and zero is 1 ms as in Node', () => {
    const machine = setup({
      types: { context: {} as { ms: number }, input: {} as { ms: number } },
      delays: { given: ({ context }) => context.ms },
    }).createMachine({
      context: ({ input }) => input,
      initial: 'a',
      states: { a: { after: { given: 'b' } }, b: { after: { 0: 'c' } }, c: {} },
    });
    const model = createModel(machine, { ms: 70 });
    const wait = model.wait(model.start().to);
    expect(wait?.ms).toBe(70);
    expect(wait && model.wait(wait.advance().to)?.ms).toBe(1);
  });

  test('a state that is left takes its timers with it, and one that is entered again begins again', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { again: { target: 'a', reenter: true }, go: 'b' }, after: { 50: 'c' } }, b: {}, c: {} },
    });
    const model = createModel(machine, undefined);
    const [start] = [model.start().to];
    expect(model.take(start, { type: 'go' }).to.timers).toEqual([]);
    expect(model.take(start, { type: 'again' }).to.timers).toHaveLength(1);
  });
});

describe('what a machine sends itself', () => {
  test('belongs to the step', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: { on: { go: { actions: sendTo(({ self }) => self, { type: 'on' }) }, on: 'b' } },
        b: { entry: raise({ type: 'further' }), on: { further: 'c' } },
        c: {},
      },
    });
    expect(walk(createModel(machine, undefined), 'go')).toEqual(['a', 'c']);
  });

  test('must come to an end', () => {
    const machine = createMachine({ on: { go: { actions: sendTo(({ self }) => self, { type: 'go' }) } } });
    const model = createModel(machine, undefined);
    expect(() => model.take(model.start().to, { type: 'go' })).toThrow('sends itself more than 100 events');
  });
});

describe('actors', () => {
  let runs = 0;
  const machine = setup({
    actors: {
      fetch: createMachine({ entry: () => (runs += 1) }),
    },
  }).createMachine({
    initial: 'a',
    states: {
      a: {
        invoke: {
          id: 'fetch',
          src: 'fetch',
          systemId: 'the one',
          onDone: { actions: assign({}) },
          onError: 'b',
          onSnapshot: {},
        },
        on: { again: { target: 'a', reenter: true } },
      },
      b: {},
    },
  });
  const model = createModel(machine, undefined);
  const done = { type: 'xstate.done.actor.fetch', output: 1 };
  const start = model.start().to;

  test('are never started', () => {
    model.take(start, { type: 'again' });
    expect(runs).toBe(0);
    createActor(machine).start().stop();
    expect(runs).toBe(1);
  });

  test('report once that they are done', () => {
    expect(model.canReport(start, done)).toBe(true);
    const after = model.take(start, done).to;
    expect(after.name).toBe('a');
    expect(model.canReport(after, done)).toBe(false);
    expect(model.canReport(after, { type: 'xstate.error.actor.fetch' })).toBe(false);
  });

  test('report again once they have been started again', () => {
    const again = model.take(model.take(start, done).to, { type: 'again' }).to;
    expect(model.canReport(again, done)).toBe(true);
  });

  test('may report snapshots as often as they like', () => {
    const after = model.take(start, { type: 'xstate.snapshot.fetch' }).to;
    expect(model.canReport(after, { type: 'xstate.snapshot.fetch' })).toBe(true);
  });

  test('report nothing where they are not', () => {
    const left = model.take(start, { type: 'xstate.error.actor.fetch' }).to;
    expect([left.name, model.canReport(left, done), model.canReport(left, { type: 'go' })]).toEqual(['b', false, true]);
  });
});

test('notes the transitions of each microstep, and where it began', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: { type: 'final' } },
  });
  const model = createModel(machine, undefined);
  const { microsteps, to } = model.take(model.start().to, { type: 'go' });
  expect(microsteps.map(({ before, transitions, after }) => [before?.value, transitions.length, after.value])).toEqual([
    ['a', 1, 'b'],
    ['b', 1, 'c'],
  ]);
  expect([to.isFinal, model.handles(to, { type: 'go' }), model.wait(to)]).toEqual([true, false, undefined]);
});
