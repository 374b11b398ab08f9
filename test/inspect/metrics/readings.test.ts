import { expect, test } from 'vitest';
import { createSupervisor } from '../../../src/index.js';
import { BUFFERED_READINGS, READINGS } from '../../../src/inspect/metrics/readings.js';

const stats = createSupervisor().stats();

const read = (name: string, more: Partial<typeof stats>) =>
  READINGS.find((reading) => reading.name === name)?.read({ ...stats, ...more });

test.each<[string, Partial<typeof stats>, ReturnType<typeof read>]>([
  ['supervisor_ready', { state: 'running' }, [[{}, 1]]],
  ['supervisor_ready', { state: 'draining' }, [[{}, 0]]],
  ['closing_handshakes_cut_short_total', { cutShort: { 'close-deadline': 2 } }, [[{ ended_by: 'close-deadline' }, 2]]],
  [
    'dials',
    { dials: { inFlight: 1, queued: 2 } },
    [
      [{ state: 'in_flight' }, 1],
      [{ state: 'queued' }, 2],
    ],
  ],
  [
    'outgoing_frames_total',
    { fates: { written: 1, dropped: 2, discarded: 3, unknown: 4, undecided: 5 } },
    [
      [{ fate: 'written' }, 1],
      [{ fate: 'dropped' }, 2],
      [{ fate: 'discarded' }, 3],
      [{ fate: 'unknown' }, 4],
    ],
  ],
  [
    'handshakes_refused_total',
    { refusedBy: { maxConnectionsPerAddress: 2, origin: 1 } },
    [
      [{ why: 'maxConnectionsPerAddress' }, 2],
      [{ why: 'origin' }, 1],
    ],
  ],
  ['reads_throttled_total', { throttled: 3 }, [[{}, 3]]],
  ['held_bytes', { heldBytes: 4096 }, [[{}, 4096]]],
  ['event_loop_lag_seconds', { load: { lagMs: 250, memoryShare: 0.5 } }, [[{}, 0.25]]],
  ['memory_used_ratio', { load: { lagMs: 250, memoryShare: 0.5 } }, [[{}, 0.5]]],
  ['event_loop_stall_seconds_total', { localStallMs: 1_500 }, [[{}, 1.5]]],
  ['drain_connections_left', { drains: { underWay: 1, connectionsLeft: 7 } }, [[{}, 7]]],
])('%s of %j', (name, more, samples) => {
  expect(read(name, more)).toEqual(samples);
});

test('every value has exactly the labels that its metric declares', () => {
  for (const { labels, read: readAll } of READINGS) {
    for (const [own] of readAll({ ...stats, cutShort: { terminated: 1 }, refusedBy: { path: 1 } }))
      expect(Object.keys(own)).toEqual(labels);
  }
});

test('no name occurs twice', () => {
  const names = [...READINGS, ...BUFFERED_READINGS].map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});
