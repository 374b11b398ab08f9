import { expect, test } from 'vitest';
import { Alarm } from '../../../src/supervisor/time/alarm.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

function anAlarm() {
  const clock = createHeapClock();
  const rings: number[] = [];
  const alarm = new Alarm(new Wheel(clock, () => {}), (now) => rings.push(now));
  return { clock, rings, alarm };
}

test('rings once, when it is due', () => {
  const { clock, rings, alarm } = anAlarm();
  alarm.set(10);
  expect(alarm.isSet).toBe(true);
  clock.advance(9);
  expect(rings).toEqual([]);
  clock.advance(100);
  expect(rings).toEqual([10]);
  expect(alarm.isSet).toBe(false);
});

test('does not ring when it was cleared', () => {
  const { clock, rings, alarm } = anAlarm();
  alarm.set(10);
  alarm.clear();
  clock.advance(100);
  expect(rings).toEqual([]);
});

test('set again, rings at the later time only', () => {
  const { clock, rings, alarm } = anAlarm();
  alarm.set(10);
  clock.advance(5);
  alarm.set(20);
  clock.advance(100);
  expect(rings).toEqual([25]);
});

test('set to Infinity, never rings and holds no timer', () => {
  const { clock, alarm } = anAlarm();
  alarm.set(Number.POSITIVE_INFINITY);
  expect(alarm.isSet).toBe(false);
  expect(clock.pending).toBe(0);
});
