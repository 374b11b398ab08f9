import { expect, test } from 'vitest';
import { Sampler } from '../../../../src/inspect/dashboard/counts/sampler.js';
import type { SupervisorStats } from '../../../../src/supervisor/api/stats.js';

const PROCESS = { loopLagMs: 1, loopBusy: 0.5, heapUsed: 2, external: 3, rss: 4 };

function aSampler() {
  const counts = { opened: 5, bufferedBytes: 7 };
  const stats = {
    connections: { connecting: 1, open: 2, closing: 3 },
    endedTotal: 10,
    ended: { idle: 10 } as Record<string, number>,
    refused: { 404: 2 } as Record<number, number>,
    refusedBy: { path: 2 } as Record<string, number>,
    restarts: 1,
    framesIn: 100,
    framesOut: 200,
    bytesIn: 300,
    bytesOut: 400,
    fates: { dropped: 1 },
  };
  const meter = { read: () => PROCESS, stop: () => {} };
  const supervisor = { stats: () => stats as unknown as SupervisorStats };
  return { counts, stats, sampler: new Sampler(supervisor, () => counts, meter) };
}

test('a sample has what has grown since the one before, and the levels of now', () => {
  const { counts, stats, sampler } = aSampler();
  expect(sampler.take(1).second).toMatchObject({ opened: 0, ended: 0, endings: {}, framesIn: 0, open: 2 });
  counts.opened = 8;
  stats.endedTotal = 12;
  stats.ended = { idle: 11, drained: 1 };
  stats.refused = { 404: 2, 503: 4 };
  stats.framesIn = 150;
  const { second } = sampler.take(2);
  expect(second).toMatchObject({ at: 2, opened: 3, ended: 2, refused: 4, framesIn: 50, bufferedBytes: 7, ...PROCESS });
  expect(second.endings).toEqual({ idle: 1, drained: 1 });
});

test('totals are counted from its beginning on', () => {
  const { stats, sampler } = aSampler();
  stats.refused = { 404: 3 };
  stats.refusedBy = { path: 3 };
  stats.restarts = 2;
  expect(sampler.totals()).toMatchObject({
    opened: 0,
    ended: 0,
    endings: {},
    refused: { 404: 1 },
    refusedBy: { path: 1 },
    restarts: 1,
  });
});

test('each sixtieth second completes a minute', () => {
  const { sampler } = aSampler();
  const minutes = Array.from({ length: 120 }, (_, second) => sampler.take(second).minute).filter(Boolean);
  expect(minutes.map((minute) => minute?.at)).toEqual([59, 119]);
  expect(sampler.series('minute').at).toEqual([59, 119]);
  expect(sampler.series('second').at.length).toBe(120);
});
