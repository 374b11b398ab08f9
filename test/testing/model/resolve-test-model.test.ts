import { describe, expect, test } from 'vitest';
import { DEFAULT_TEST_MODEL, resolveTestModel } from '../../../src/testing/model/resolve-test-model.js';

const nothing = () => {};
const GIVEN = { events: [{ type: 'go' }], driver: { start: nothing, events: {}, states: {} } };

const resolving = (options: object) => () => resolveTestModel({ ...GIVEN, ...options } as never);

test('fills in what is not given', () => {
  const resolved = resolving({})();
  expect(resolved).toMatchObject({ ...DEFAULT_TEST_MODEL, ignored: [], arbitraries: {}, undriven: [] });
  expect(resolved.distinguish({ context: 5 } as never)).toBe(5);
  expect(resolved.clock.now()).toBeGreaterThan(0);
});

test('its own clock keeps the process alive while a test waits', () => {
  const { clock } = resolving({})();
  const timer = clock.setTimeout(() => {}, 1000) as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(true);
  clock.clearTimeout(timer);
});

test('a driver may be an object of a class, and keeps its this', () => {
  class Houses {
    readonly events = {};
    readonly states = {};
    readonly city = 'here';
    start() {
      return this.city;
    }
  }
  expect(resolving({ driver: new Houses() })().driver.start({} as never)).toBe('here');
});

describe('refuses', () => {
  test.each([
    [{ evnts: [] }, 'createTestModel: evnts is not an option; did you mean events?'],
    [{ events: 'go' }, 'createTestModel: events is'],
    [{ events: ['go'] }, `createTestModel: events[0] is "go"; it must be an event, such as { type: 'go' }.`],
    [{ ignored: [{}] }, 'createTestModel: ignored[0] is'],
    [{ maxStates: 0 }, 'createTestModel: maxStates is 0; allowed are whole numbers from 1'],
    [{ maxPaths: Number.POSITIVE_INFINITY }, 'createTestModel: maxPaths is Infinity'],
    [{ withinMs: '1' }, 'createTestModel: withinMs is "1"'],
    [{ distinguish: 1 }, 'createTestModel: distinguish is 1; it must be a function.'],
    [{ arbitraries: [] }, 'createTestModel: arbitraries is'],
    [{ undriven: 'tick' }, 'createTestModel: undriven is "tick"; it must be a list of event types.'],
    [{ driver: undefined }, 'createTestModel: driver is undefined'],
    [{ driver: { ...GIVEN.driver, start: undefined } }, 'createTestModel: driver.start is required'],
    [{ driver: { ...GIVEN.driver, stop: nothing } }, 'createTestModel: driver.stop is not an option'],
    [{ driver: { ...GIVEN.driver, end: 1 } }, 'createTestModel: driver.end is 1; it must be a function.'],
    [{ driver: { ...GIVEN.driver, events: undefined } }, 'createTestModel: driver.events is undefined'],
    [
      { driver: { ...GIVEN.driver, events: { go: 1 } } },
      'createTestModel: driver.events["go"] is 1; it must be a function.',
    ],
    [
      { driver: { ...GIVEN.driver, states: { a: 1 } } },
      'createTestModel: driver.states["a"] is 1; it must be a function.',
    ],
  ])('%o', (options, message) => {
    expect(resolving(options)).toThrow(message);
  });
});
