import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { createTestModel } from '../../../src/testing/model/create-test-model.js';
import { ModelTestError } from '../../../src/testing/model/model-test-error.js';
import type { TestModelOptions } from '../../../src/testing/model/test-model.js';
import { DEFAULT_WALK, resolveWalk } from '../../../src/testing/model/walks.js';

const stack = setup({
  types: { context: {} as { size: number }, events: {} as { type: 'push'; value: number } | { type: 'pop' } },
  guards: { isLast: ({ context }) => context.size === 1 },
  actions: {
    grow: assign({ size: ({ context }) => context.size + 1 }),
    shrink: assign({ size: ({ context }) => context.size - 1 }),
  },
}).createMachine({
  id: 'stack',
  context: { size: 0 },
  initial: 'empty',
  states: {
    empty: { on: { push: { target: 'filled', actions: 'grow' } } },
    filled: {
      on: {
        push: { actions: 'grow' },
        pop: [{ guard: 'isLast', target: 'empty', actions: 'shrink' }, { actions: 'shrink' }],
      },
    },
  },
});

type Options = TestModelOptions<typeof stack, number[]>;

/** A stack whose fault, if it has one, shows with some values and sizes only. */
function modelOf(isLost: (values: readonly number[], value: number) => boolean, options: Partial<Options> = {}) {
  const walks: string[] = [];
  const model = createTestModel(stack, {
    events: [{ type: 'push', value: 1 }, { type: 'pop' }],
    driver: {
      start: ({ steps }) => {
        walks.push(steps.map(({ event }) => ('value' in event ? `push ${event.value}` : event.type)).join(', '));
        return [];
      },
      events: {
        push: (values, { value }) => {
          if (!isLost(values, value)) values.push(value);
        },
        pop: (values) => values.pop(),
      },
      states: { '*': (values, { context }) => expect(values).toHaveLength(context.size) },
    },
    ...options,
  });
  return { model, walks };
}

const failing = async (model: { testWalks: (options: object) => Promise<unknown> }, options: object) => {
  const error: unknown = await model.testWalks(options).catch((reason: unknown) => reason);
  if (error instanceof ModelTestError) return error;
  throw new Error('the walk has not failed', { cause: error });
};

test('walks as often as it is asked to, and says by which seed', async () => {
  const { model, walks } = modelOf(() => false);
  const report = await model.testWalks({ runs: 50, seed: 7 });
  expect(report).toEqual({ seed: 7, walks: 50, steps: expect.any(Number) });
  expect(walks).toHaveLength(50);
  expect(report.steps).toBeGreaterThan(100);
});

test('walks a machine whose context counts without end', async () => {
  const { model } = modelOf(() => false);
  await model.testWalks({ runs: 100 });
  expect(model.coverage.transitions.missing).toEqual([]);
  expect(model.coverage.guards.missing).toEqual([]);
});

test('takes the same walks by the same seed, and others by another', async () => {
  const walksOf = async (seed: number) => {
    const { model, walks } = modelOf(() => false);
    await model.testWalks({ runs: 20, seed });
    return walks;
  };
  expect(await walksOf(1)).toEqual(await walksOf(1));
  expect(await walksOf(1)).not.toEqual(await walksOf(2));
});

test('keeps to the longest walk that is allowed', async () => {
  const { model, walks } = modelOf(() => false);
  await model.testWalks({ runs: 200, maxSteps: 3, seed: 1 });
  expect(Math.max(...walks.map((walk) => walk.split(', ').length))).toBe(3);
});

describe('a walk that fails', () => {
  const losesTheThird = () => modelOf((values) => values.length === 2);

  test('is made as short as possible, and says how to take it again', async () => {
    const error = await failing(losesTheThird().model, { runs: 1000, seed: 3 });
    expect(error.message).toContain(
      'empty --push { value: 1 }--> filled --push { value: 1 }--> filled --push { value: 1 }--> filled\n',
    );
    expect(error.message).toMatch(
      /Seed 3, made shorter \d+ times\. Take this walk again with testWalks\(\{ replay: '3:30:/,
    );
  });

  test('is taken again by one option, alone', async () => {
    const { replay = '' } = await failing(losesTheThird().model, { runs: 1000, maxSteps: 20, seed: 3 });
    const { model, walks } = losesTheThird();
    const again = await failing(model, { replay });
    expect(walks).toEqual(['push 1, push 1, push 1']);
    expect(again.replay).toBe(replay);
  });

  test('passes when it is taken again and the fault is gone', async () => {
    const { replay = '' } = await failing(losesTheThird().model, { runs: 1000, seed: 3 });
    const { model, walks } = modelOf(() => false);
    expect(await model.testWalks({ replay })).toEqual({ seed: 3, walks: 1, steps: 3 });
    expect(walks).toEqual(['push 1, push 1, push 1']);
  });

  test('is made shorter no longer than it may take', async () => {
    const clock = createHeapClock();
    let failures = 0;
    const { model } = modelOf(
      (values) => {
        if (values.length < 2) return false;
        failures += 1;
        clock.advance(600);
        return true;
      },
      { clock },
    );
    const error = await failing(model, { runs: 1000, seed: 3, shrinkWithinMs: 1000 });
    expect(error.replay).toMatch(/^3:30:/);
    expect(failures).toBeLessThan(20);
  });
});

describe('arbitraries', () => {
  test('make the payloads, which become as simple as possible, too', async () => {
    const { model } = modelOf((_values, value) => value > 1234, {
      arbitraries: { push: fc.record({ value: fc.integer({ min: 0, max: 10_000 }) }) },
    });
    const error = await failing(model, { runs: 1000, seed: 5 });
    expect(error.message).toContain('on empty --push { value: 1235 }--> filled\n');
    await expect(model.testWalks({ replay: error.replay ?? '' })).rejects.toThrow('{ value: 1235 }');
  });

  test('may stand alone, but then there are no such events on paths', async () => {
    const { model, walks } = modelOf(() => false, {
      events: [{ type: 'pop' }],
      arbitraries: { push: fc.record({ value: fc.constant(5) }) },
    });
    await model.testWalks({ runs: 20, seed: 1 });
    expect(walks.join()).toContain('push 5');
    expect(() => model.shortestPaths()).toThrow('stack: there is no such path, so nothing would be tested.');
  });
});

test('a walk on which nothing can happen is a mistake, and no success', async () => {
  const { model } = modelOf(() => false, { events: () => [] });
  await expect(model.testWalks()).rejects.toThrow('stack: nothing can happen in empty, so there is nothing to walk.');
});

describe('options', () => {
  test('have defaults', () => {
    expect(resolveWalk({})).toEqual(DEFAULT_WALK);
  });

  test.each([
    [{ runs: 0 }, 'testWalks: runs is 0'],
    [{ maxSteps: 1.5 }, 'testWalks: maxSteps is 1.5'],
    [{ seed: 2 ** 40 }, 'testWalks: seed is'],
    [{ shrinkWithinMs: -1 }, 'testWalks: shrinkWithinMs is -1'],
    [{ sead: 1 }, 'testWalks: sead is not an option; did you mean seed?'],
  ])('%o is refused', (options, message) => {
    expect(() => resolveWalk(options as never)).toThrow(message);
  });

  test.each(['', '7', '7:30', '7:30:', 'x:30:0', '7:30:0:'])('replay %o is refused', async (replay) => {
    await expect(modelOf(() => false).model.testWalks({ replay })).rejects.toThrow('testWalks: replay is');
  });
});
