import { expect, test } from 'vitest';
import { deliberate, ONE_SIGNAL_WITHIN_MS } from '../../../src/cli/process/deliberate.js';

test.each<[what: string, deliveries: readonly number[], calls: readonly number[]]>([
  ['one', [0], [0]],
  ['twice in one tick', [0, 0], [0]],
  ['twice, as by npm', [0, 3], [0]],
  ['many times, each soon after the one before', [0, 200, 400, 600, 800], [0]],
  ['a person again', [0, ONE_SIGNAL_WITHIN_MS], [0, ONE_SIGNAL_WITHIN_MS]],
  ['a person again, and npm each time', [0, 5, 1_000, 1_005], [0, 1_000]],
  ['thrice by a person', [0, 300, 600], [0, 300, 600]],
])('%s: %j calls at %j', (_what, deliveries, calls) => {
  let now = 0;
  const called: number[] = [];
  const listener = deliberate(
    () => called.push(now),
    () => now,
  );
  for (const at of deliveries) {
    now = at;
    listener();
  }
  expect(called).toEqual(calls);
});
