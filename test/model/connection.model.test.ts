import { afterAll, describe, expect, test } from 'vitest';
import { eventsIn } from './connection-events.js';
import { connectionModel, stepsOf } from './connection-model.js';
import { SYSTEMS } from './connection-systems.js';
import { PureSystem } from './pure-system.js';

describe('the paths', () => {
  test('take every variant of every event', () => {
    const paths = connectionModel(async () => new PureSystem()).shortestPaths();
    const walked = new Set(paths.flatMap(stepsOf).map(({ from, event }) => `${from} ${JSON.stringify(event)}`));
    const listed = Object.entries(eventsIn).flatMap(([state, events]) =>
      events.map((event) => `${state} ${JSON.stringify(event)}`),
    );
    expect([...walked].sort()).toEqual(listed.sort());
  });
});

describe.each(SYSTEMS)('$name', ({ name, makeSystem, beyond, ...options }) => {
  const model = connectionModel(makeSystem, options);

  test.each(model.shortestPaths().map((path) => [path.title, path] as const))('%s', async (_title, path) => {
    await path.test();
  });

  test(`walks every transition${beyond.length === 0 ? '' : `, except ${beyond.join('; ')}`}`, () => {
    model.coverage.assertFull({ except: beyond });
  });

  afterAll(() => {
    process.stdout.write(`${name}: ${String(model.coverage)}\n`);
  });
});
