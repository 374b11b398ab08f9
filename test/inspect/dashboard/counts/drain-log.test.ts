import { expect, test } from 'vitest';
import { DrainLog } from '../../../../src/inspect/dashboard/counts/drain-log.js';
import type { Supervisor } from '../../../../src/supervisor/api/supervisor.js';

test('notes when a drain was first seen and how many connections it had, until it is over', () => {
  const drains = { underWay: 0, connectionsLeft: 0 };
  const supervisor = { state: 'draining', stats: () => ({ drains }) } as unknown as Supervisor;
  let now = 10;
  const log = new DrainLog(() => now);
  expect(log.of(supervisor)).toBeUndefined();
  Object.assign(drains, { underWay: 1, connectionsLeft: 50 });
  expect(log.of(supervisor)).toEqual({ isPartial: false, since: 10, total: 50, left: 50 });
  now = 20;
  drains.connectionsLeft = 20;
  expect(log.of(supervisor)).toEqual({ isPartial: false, since: 10, total: 50, left: 20 });
  drains.underWay = 0;
  expect(log.of(supervisor)).toBeUndefined();
});
