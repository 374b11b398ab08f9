import { expect, test } from 'vitest';
import { createSupervisor } from '../../../src/index.js';
import { DEFAULTS } from '../../../src/inspect/dashboard/options.js';
import { DashboardState } from '../../../src/inspect/dashboard/state.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../../src/testing/memory-transport.js';
import { eventually } from '../../support/eventually.js';

function aState() {
  const clock = createHeapClock();
  const transport = createMemoryTransport({ now: clock.now, wallNow: clock.wallNow });
  const supervisor = createSupervisor({ name: 'service', transport, clock, liveness: false });
  const log: string[] = [];
  const state = new DashboardState(
    supervisor,
    { ...DEFAULTS, clock },
    {
      second: () => log.push('second'),
      stepped: (_handle, { to }) => log.push(`to ${to}`),
      noted: () => {},
      over: () => log.push('over'),
    },
  );
  return { clock, supervisor, state, log };
}

test('each second has a sample, whether anybody looks or not', async () => {
  const { clock, supervisor, state, log } = aState();
  for (let second = 0; second < 61; second += 1) clock.advance(1000);
  expect(log.filter((entry) => entry === 'second').length).toBe(61);
  expect(state.series('second').at.length).toBe(62);
  expect(state.series('minute').at.length).toBe(1);
  state.stop();
  await supervisor.stop();
});

test('passes on the steps of machines, and that the supervisor is over', async () => {
  const { supervisor, state, log } = aState();
  await supervisor.stop();
  expect(log).toEqual(['to stopping.asked', 'to stopped', 'over']);
  expect(state.overview().machines.supervisor.states).toMatchObject({ running: { now: 0 }, stopped: { now: 0 } });
  state.stop();
});

test('sums up what waits for peers, and shows it in a later second', async () => {
  const { clock, supervisor, state } = aState();
  const connections = new Map(['c1', 'c2'].map((id) => [id, { bufferedBytes: 35 }]));
  Object.defineProperty(supervisor, 'connections', { value: connections });
  await eventually(() => {
    clock.advance(1000);
    return state.overview().second.bufferedBytes === 70;
  });
  state.stop();
  await supervisor.stop();
});

test('after stop it observes nothing, and has no timer', async () => {
  const { clock, supervisor, state, log } = aState();
  const before = clock.pending;
  state.stop();
  expect(clock.pending).toBe(before - 1);
  await supervisor.stop();
  expect(log).toEqual([]);
});
