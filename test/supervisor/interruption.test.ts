import { expect, test, vi } from 'vitest';
import { Interruption } from '../../src/supervisor/interruption.js';
import { EndedError } from '../../src/transport/errors.js';

test('aborts its signal once, with the first reason', () => {
  const interruption = new Interruption();
  const { signal } = interruption;
  const aborted = vi.fn();
  signal.addEventListener('abort', aborted);
  interruption.interrupt(() => 'first');
  interruption.interrupt(() => 'second');
  expect(aborted).toHaveBeenCalledOnce();
  expect(signal.reason).toBeInstanceOf(EndedError);
  expect((signal.reason as EndedError).message).toBe('first');
});

test('a signal asked for after the interruption is aborted already', () => {
  const interruption = new Interruption();
  interruption.interrupt(() => 'gone');
  expect(interruption.signal.aborted).toBe(true);
  expect((interruption.signal.reason as EndedError).code).toBe('WIREKEEPER_ENDED');
});

test('hands out the same signal every time', () => {
  const interruption = new Interruption();
  expect(interruption.signal).toBe(interruption.signal);
});
