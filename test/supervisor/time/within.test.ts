import { expect, test } from 'vitest';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { within } from '../../../src/supervisor/time/within.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { DeadlineError } from '../../../src/transport/errors.js';

const never = new Promise<never>(() => {});

function aWheel() {
  const clock = createHeapClock();
  return { clock, wheel: new Wheel(clock, () => {}) };
}

test('passes on a result that comes in time, and leaves no timer behind', async () => {
  const { clock, wheel } = aWheel();
  await expect(within(Promise.resolve('value'), { withinMs: 10 }, wheel, () => 'late')).resolves.toBe('value');
  await expect(within(Promise.reject(new Error('failed')), { withinMs: 10 }, wheel, () => 'late')).rejects.toThrow(
    'failed',
  );
  expect(clock.pending).toBe(0);
});

test('rejects with a DeadlineError when the time has passed', async () => {
  const { clock, wheel } = aWheel();
  const wait = within(never, { withinMs: 10 }, wheel, () => 'late');
  const rejected = expect(wait).rejects.toThrow(DeadlineError);
  clock.advance(20);
  await rejected;
});

test('rejects with the reason of its signal, and leaves no timer behind', async () => {
  const { clock, wheel } = aWheel();
  const controller = new AbortController();
  const wait = within(never, { signal: controller.signal, withinMs: 10 }, wheel, () => 'late');
  const rejected = expect(wait).rejects.toThrow('interrupted');
  controller.abort(new Error('interrupted'));
  await rejected;
  expect(clock.pending).toBe(0);
});

test('rejects at once when its signal has aborted before', async () => {
  const { wheel } = aWheel();
  await expect(within(never, { signal: AbortSignal.abort(new Error('before')) }, wheel, () => 'late')).rejects.toThrow(
    'before',
  );
});

test('without bounds it is the promise itself', () => {
  const { wheel } = aWheel();
  expect(within(never, {}, wheel, () => 'late')).toBe(never);
});
