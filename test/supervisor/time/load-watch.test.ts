import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../../src/supervisor/api/clock.js';
import { LoadWatch } from '../../../src/supervisor/time/load-watch.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

/** A process whose event loop goes round as the test says: timers that have become due meanwhile fire at the end of a turn. */
function aProcess() {
  let now = 0;
  let memoryShare = 0.1;
  let reads = 0;
  let ids = 0;
  const timers = new Map<number, { readonly fn: () => void; readonly dueAt: number }>();
  const clock: Clock = {
    setTimeout(fn, ms) {
      ids += 1;
      const id = ids;
      timers.set(id, { fn, dueAt: now + ms });
      return id;
    },
    clearTimeout: (id) => void timers.delete(id as number),
    now: () => now,
    wallNow: () => now,
  };
  const load = new LoadWatch(new Wheel(clock, () => {}), clock.now, () => {
    reads += 1;
    return memoryShare;
  });
  const turns = (count: number, eachMs: number) => {
    for (let turn = 0; turn < count; turn += 1) {
      now += eachMs;
      for (const [id, { fn, dueAt }] of timers) {
        if (dueAt > now) continue;
        timers.delete(id);
        fn();
      }
    }
  };
  return {
    load,
    turns,
    rest: (ms: number) => turns(ms, 1),
    pending: () => timers.size,
    reads: () => reads,
    useMemory(share: number) {
      memoryShare = share;
    },
  };
}

const limits = { maxLagMs: 300, maxMemoryShare: 0.9 };

describe('the lag', () => {
  test('is next to nothing in a process that has time', () => {
    const { load, rest } = aProcess();
    load.start();
    rest(10_000);
    expect(load.lagMs).toBeLessThan(30);
    expect(load.exceeded(limits)).toBeUndefined();
  });

  test('is how late turns come that take long', () => {
    const { load, turns } = aProcess();
    load.start();
    turns(20, 800);
    expect(load.lagMs).toBeGreaterThan(300);
    expect(load.lagMs).toBeLessThanOrEqual(810);
    expect(load.exceeded(limits)).toBe('maxLagMs');
    expect(load.exceeded({ ...limits, maxLagMs: Number.POSITIVE_INFINITY })).toBeUndefined();
  });

  test('of one long stall, as of a process that was stopped, is none', () => {
    const { load, rest, turns } = aProcess();
    load.start();
    rest(2000);
    turns(1, 60_000);
    rest(250);
    expect(load.lagMs).toBeLessThan(30);
  });

  test('is over soon after the load', () => {
    const { load, rest, turns } = aProcess();
    load.start();
    turns(20, 800);
    rest(1000);
    expect(load.exceeded(limits)).toBeUndefined();
  });

  test('is not looked at before the start and after the stop', () => {
    const { load, pending, turns } = aProcess();
    expect(pending()).toBe(0);
    load.start();
    load.start();
    turns(20, 800);
    load.stop();
    expect([pending(), load.lagMs]).toEqual([0, 0]);
  });
});

describe('the memory', () => {
  test('that is used is a limit', () => {
    const { load, useMemory, rest } = aProcess();
    expect([load.memoryShare, load.exceeded(limits)]).toEqual([0.1, undefined]);
    useMemory(0.95);
    rest(250);
    expect([load.memoryShare, load.exceeded(limits)]).toEqual([0.95, 'maxMemoryShare']);
  });

  test('is read at most four times a second, however many ask', () => {
    const { load, rest, reads } = aProcess();
    for (let i = 0; i < 1000; i += 1) {
      load.exceeded(limits);
      rest(1);
    }
    expect(reads()).toBe(4);
  });

  // The whole service ended with it.
  test('of a process that has no file descriptor left is that of its heap', () => {
    const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
      throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
    });
    const { memoryShare } = new LoadWatch(new Wheel(createHeapClock(), () => {}), () => 0);
    rss.mockRestore();
    expect(memoryShare).toBeGreaterThan(0.0001);
    expect(memoryShare).toBeLessThan(1);
  });

  test('of this process is a share of what it may have', () => {
    const { memoryShare } = new LoadWatch(new Wheel(createHeapClock(), () => {}), () => 0);
    expect(memoryShare).toBeGreaterThan(0.0001);
    expect(memoryShare).toBeLessThan(1);
  });
});
