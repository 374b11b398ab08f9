import { describe, expect, test } from 'vitest';
import { assign, createMachine, setup } from 'xstate';
import { createTestModel } from '../../../src/testing/model/create-test-model.js';
import type { TestModelOptions } from '../../../src/testing/model/test-model.js';
import { ORDER_EVENTS, orderMachine, orderOptions, type Shop } from './order.js';

type TapEvent = { readonly type: 'turn'; readonly by: number } | { readonly type: 'shut' } | { readonly type: 'break' };

const tap = setup({ types: { events: {} as TapEvent } }).createMachine({
  id: 'tap',
  initial: 'closed',
  states: {
    closed: { on: { turn: 'running', break: 'broken' } },
    running: { on: { shut: 'closed', turn: 'running', break: 'broken' } },
    broken: { type: 'final' },
  },
});

const EVENTS: readonly TapEvent[] = [
  { type: 'turn', by: 1 },
  { type: 'turn', by: 90 },
  { type: 'shut' },
  { type: 'break' },
];

/** A tap that breaks when it is turned too far, unless it is strong. */
const tapModel = (isStrong: boolean, options: Partial<TestModelOptions<typeof tap, { state: string }>> = {}) =>
  createTestModel(tap, {
    events: EVENTS,
    driver: {
      start: () => ({ state: 'closed' }),
      events: {
        turn: (system, { by }) => {
          system.state = by > 45 && !isStrong ? 'broken' : 'running';
        },
        shut: (system) => {
          system.state = 'closed';
        },
        break: (system) => {
          system.state = 'broken';
        },
      },
      states: { '*': (system, { name }) => expect(system.state).toBe(name) },
    },
    ...options,
  });

describe('shortest paths', () => {
  test('take every transition with every payload of its event; each is a test of its own', async () => {
    const model = tapModel(true);
    const paths = model.shortestPaths();
    expect(paths.map(({ title }) => title).toSorted()).toEqual([
      'break > broken',
      'turn { by: 1 } > running, break > broken',
      'turn { by: 1 } > running, shut > closed',
      'turn { by: 1 } > running, turn { by: 1 } > running',
      'turn { by: 1 } > running, turn { by: 90 } > running',
      'turn { by: 90 } > running',
    ]);
    for (const path of paths) await path.test();
    model.coverage.assertFull();
  });

  test('find the one payload that the system gets wrong', async () => {
    await expect(tapModel(false).testPaths()).rejects.toThrow(
      'tap: the system left its model on closed --turn { by: 90 }--> running',
    );
  });

  test('report what has no event as missing, where a function gives the events', async () => {
    const isLeftOut = ({ name }: { readonly name: string }, { type }: TapEvent) =>
      name === 'running' && type === 'shut';
    const model = tapModel(true, {
      events: (state) =>
        EVENTS.filter((event) => state.name === 'closed' || !isLeftOut(state, event) || event.type === 'shut'),
    });
    await model.testPaths();
    expect(model.coverage.transitions.missing).toEqual([]);
    const deaf = tapModel(true, { events: ({ name }) => (name === 'closed' ? EVENTS : EVENTS.slice(2, 3)) });
    await deaf.testPaths();
    expect(deaf.coverage.transitions.missing).toEqual(['running: turn', 'running: break']);
  });

  test('refuse an event that a function never gives', () => {
    expect(() =>
      tapModel(true, { events: () => EVENTS.filter(({ type }) => type !== 'shut') }).shortestPaths(),
    ).toThrow('createTestModel: events has no shut, which the machine tap takes');
  });

  test('may be those to a state', async () => {
    const model = tapModel(true);
    const paths = model.shortestPaths({ toState: ({ name }) => name === 'broken' });
    expect(paths.map(({ title }) => title)).toEqual(['break > broken', 'turn { by: 1 } > running, break > broken']);
    expect(await model.testPaths({ toState: ({ name }) => name === 'broken' })).toBe(2);
  });

  test('to a state that does not exist are a mistake, and no success', () => {
    expect(() => tapModel(true).shortestPaths({ toState: () => false })).toThrow(
      'tap: there is no such path, so nothing would be tested.',
    );
  });

  test('may take every pair of transitions', async () => {
    const model = tapModel(true);
    await model.testPaths({ cover: 'pairs' });
    model.coverage.assertFull({ of: ['pairs'] });
  });
});

test('simple paths come by no state twice', async () => {
  const model = tapModel(true);
  const titles = model.simplePaths().map(({ title }) => title);
  expect(titles).toContain('turn { by: 90 } > running, break > broken');
  expect(await model.testPaths({ paths: 'simple' })).toBe(titles.length);
});

describe('a path of given events', () => {
  test('is taken as it is', async () => {
    const path = tapModel(true).path([EVENTS[0], EVENTS[2], EVENTS[3]].flatMap((event) => event ?? []));
    expect(path.title).toBe('turn { by: 1 } > running, shut > closed, break > broken');
    await path.test();
  });

  test('may wait', async () => {
    const path = createTestModel(orderMachine, orderOptions()).path([
      { type: 'add', item: 'tea' },
      { type: 'checkout' },
      { type: 'wirekeeper.time' },
    ]);
    expect(path.steps.at(-1)?.event).toEqual({ type: 'wirekeeper.time', ms: 60_000 });
    await path.test();
  });

  test('is refused where an event cannot happen', () => {
    expect(() => tapModel(true).path([{ type: 'shut' }])).toThrow(
      'path: events[0] cannot happen in closed: shut; what can is turn { by: 1 }, turn { by: 90 }, break.',
    );
    expect(() => tapModel(true).path([{ type: 'wirekeeper.time' }])).toThrow('cannot happen in closed: the wait;');
  });
});

describe('a machine with everything', () => {
  test('is walked with the real actor as the system', async () => {
    const model = createTestModel(orderMachine, orderOptions());
    await model.testPaths();
    await model.testWalks({ runs: 30 });
    model.coverage.assertFull();
  });

  test('is told apart by what it has gone through: history, timers, and actors', () => {
    const model = createTestModel(orderMachine, { ...orderOptions(), ignored: [] });
    const byContextAlone = createTestModel(orderMachine, { ...orderOptions(), ignored: [], distinguish: () => 0 });
    expect(model.shortestPaths().length).toBeGreaterThan(byContextAlone.shortestPaths().length);
  });
});

const counter = setup({ types: { context: {} as { n: number }, events: {} as { type: 'more' } } }).createMachine({
  id: 'counter',
  context: { n: 0 },
  on: { more: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
});

const counterOptions: TestModelOptions<typeof counter, { n: number }> = {
  events: [{ type: 'more' }],
  driver: {
    start: () => ({ n: 0 }),
    events: {
      more: (system) => {
        system.n += 1;
      },
    },
    states: { counter: (system, { context }) => expect(system).toEqual(context) },
  },
};

test.each([
  [() => tapModel(true).shortestPaths({ cover: 'all' as never }), 'shortestPaths: cover is "all"; allowed are'],
  [() => tapModel(true).shortestPaths({ to: 'x' } as never), 'shortestPaths: to is not an option'],
  [() => tapModel(true).simplePaths({ cover: 'pairs' } as never), 'simplePaths: cover is not an option'],
])('options of paths are checked: %o', (call, message) => {
  expect(call).toThrow(message);
});

describe('a context that counts without end', () => {
  test('is a limit that names the option', () => {
    expect(() => createTestModel(counter, counterOptions).shortestPaths()).toThrow(
      'createTestModel: maxStates is 1000, and the machine counter has more states than that (context.n has 1000 values)',
    );
  });

  test('can be cut to what matters', async () => {
    const model = createTestModel(counter, { ...counterOptions, distinguish: ({ context }) => Math.min(context.n, 3) });
    expect(model.shortestPaths().map(({ steps }) => steps.length)).toEqual([4]);
    await model.testPaths();
  });

  test('must not be cut where it decides', () => {
    const limited = setup({
      types: { context: {} as { n: number }, events: {} as { type: 'more' } },
      guards: { isEnough: ({ context }) => context.n > 2 },
    }).createMachine({
      id: 'limited',
      context: { n: 0 },
      initial: 'low',
      states: {
        low: {
          on: {
            more: [{ guard: 'isEnough', target: 'high' }, { actions: assign({ n: ({ context }) => context.n + 1 }) }],
          },
        },
        high: { on: { more: 'high' } },
      },
    });
    const driver = { start: () => 0, events: { more: () => {} }, states: { '*': () => {} } };
    const model = createTestModel(limited, {
      events: [{ type: 'more' }],
      driver,
      distinguish: ({ context }) => context.n % 2,
    });
    expect(model.shortestPaths().length).toBeGreaterThan(0);
    expect(model.coverage.states.missing).toEqual(['low', 'high']);
    const early = createTestModel(limited, {
      events: [{ type: 'more' }],
      driver,
      distinguish: ({ context }) => Math.min(context.n, 2),
    });
    expect(() => early.shortestPaths({ cover: 'pairs' })).toThrow(
      'createTestModel: distinguish takes two states low for one, but they go on differently after more;',
    );
  });

  test('can be walked as it is', async () => {
    const model = createTestModel(counter, counterOptions);
    await model.testWalks({ runs: 20 });
    expect(String(model.coverage)).toContain('1 of 1 transitions (100 %), 0 of 0 guards (100 %), pairs unknown');
  });
});

test('a driver without executors is refused at once: @xstate/test would pass', () => {
  const options = { events: ORDER_EVENTS, driver: { start: () => ({}), events: {}, states: {} } };
  expect(() =>
    createTestModel(orderMachine, options as unknown as TestModelOptions<typeof orderMachine, Shop>),
  ).toThrow('driver.events has no executor for add');
});

test('the input makes the context', () => {
  const machine = setup({
    types: { context: {} as { n: number }, input: {} as { n: number }, events: {} as { type: 'go' } },
  }).createMachine({
    context: ({ input }) => input,
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { type: 'final' } },
  });
  const seen: number[] = [];
  const model = createTestModel(machine, {
    input: { n: 7 },
    events: [{ type: 'go' }],
    driver: { start: () => 0, events: { go: () => {} }, states: { '*': (_, { context }) => seen.push(context.n) } },
  });
  return model.testPaths().then(() => expect(seen).toEqual([7, 7]));
});

test('states with one name at different depths are each looked at', async () => {
  const machine = createMachine({
    types: { events: {} as { type: 'go' } },
    initial: 'a',
    states: { a: { initial: 'a', states: { a: { on: { go: 'b' } }, b: { on: { go: '#end' } } } }, b: { id: 'end' } },
  });
  const seen: string[] = [];
  const look = (name: string) => () => seen.push(name);
  const states = Object.fromEntries(['a', 'a.a', 'a.b', 'b'].map((name) => [name, look(name)]));
  await createTestModel(machine, {
    events: [{ type: 'go' }],
    driver: { start: () => 0, events: { go: () => {} }, states },
  }).testPaths();
  expect(seen).toEqual(['a', 'a.a', 'a', 'a.b', 'b']);
});
