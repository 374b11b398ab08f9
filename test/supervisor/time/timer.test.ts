import { expect, test } from 'vitest';
import { Timer } from '../../../src/supervisor/time/timer.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

function aTimer() {
  const clock = createHeapClock();
  const calls: number[] = [];
  const timer = new Timer(new Wheel(clock, () => {}), (now) => calls.push(now));
  return { clock, calls, timer };
}

test('calls back once, when it is due', () => {
  const { clock, calls, timer } = aTimer();
  timer.set(10);
  expect(timer.isSet).toBe(true);
  clock.advance(9);
  expect(calls).toEqual([]);
  clock.advance(100);
  expect(calls).toEqual([10]);
  expect(timer.isSet).toBe(false);
});

test('does not call back when it was cleared', () => {
  const { clock, calls, timer } = aTimer();
  timer.set(10);
  timer.clear();
  clock.advance(100);
  expect(calls).toEqual([]);
});

test('set again, calls back at the later time only', () => {
  const { clock, calls, timer } = aTimer();
  timer.set(10);
  clock.advance(5);
  timer.set(20);
  clock.advance(100);
  expect(calls).toEqual([25]);
});

test('set to Infinity, never calls back and holds no timer', () => {
  const { clock, timer } = aTimer();
  timer.set(Number.POSITIVE_INFINITY);
  expect(timer.isSet).toBe(false);
  expect(clock.pending).toBe(0);
});
