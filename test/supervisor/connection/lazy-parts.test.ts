import { describe, expect, test, vi } from 'vitest';
import { LazyParts } from '../../../src/supervisor/connection/lazy-parts.js';
import { onceRead } from '../../../src/supervisor/time/once-read.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { aReport } from '../../support/reports.js';

test('the promise of the report is the same before the end and after', async () => {
  const lazy = new LazyParts();
  const before = lazy.closed;
  const report = aReport();
  lazy.report = report;
  lazy.publish(report);
  expect(await before).toBe(report);
  expect(lazy.closed).toBe(before);
});

test('asked for only after the end, it is resolved', async () => {
  const lazy = new LazyParts();
  const report = aReport();
  lazy.report = report;
  lazy.publish(report);
  expect(await lazy.closed).toBe(report);
});

describe('a deadline', () => {
  /** On a clock that can be made late, as it is after a stall of the event loop. */
  function armed() {
    const heap = createHeapClock();
    let lateMs = 0;
    const wheel = new Wheel({ ...heap, now: () => heap.now() + lateMs }, () => {});
    const lazy = new LazyParts();
    const passed = vi.fn<() => void>();
    lazy.armDeadline(wheel, 20, passed);
    return {
      lazy,
      wheel,
      passed,
      pass: () => heap.advance(20),
      stall: () => {
        lateMs += 1_000;
        heap.advance(20);
      },
    };
  }

  test('passes at its time', () => {
    const { passed, pass } = armed();
    pass();
    expect(passed).toHaveBeenCalledOnce();
  });

  // Node calls overdue timers before it reads: the peer's Close lay in the kernel, and the deadline called it missing.
  test('that is overdue after a stall passes once what has arrived was read', async () => {
    const { passed, stall } = armed();
    stall();
    expect(passed).not.toHaveBeenCalled();
    await new Promise((resolve) => onceRead(() => resolve(undefined)));
    expect(passed).toHaveBeenCalledOnce();
  });

  test('that is overdue after a stall does not pass if that made it needless', async () => {
    const { lazy, passed, stall } = armed();
    stall();
    lazy.disarmDeadline();
    await new Promise((resolve) => onceRead(() => resolve(undefined)));
    expect(passed).not.toHaveBeenCalled();
  });

  test('that was replaced meanwhile does not pass', async () => {
    const { lazy, wheel, passed, stall } = armed();
    stall();
    lazy.armDeadline(wheel, 1_000, () => {});
    await new Promise((resolve) => onceRead(() => resolve(undefined)));
    expect(passed).not.toHaveBeenCalled();
  });
});
