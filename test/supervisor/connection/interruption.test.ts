import { expect, test, vi } from 'vitest';
import { Interruption } from '../../../src/supervisor/connection/interruption.js';
import { EndedError } from '../../../src/transport/errors.js';

const anInterruption = (threw: unknown[] = []) => new Interruption({ subscriberThrew: (error) => threw.push(error) });

test('aborts its signal once, with the first reason', () => {
  const interruption = anInterruption();
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
  const interruption = anInterruption();
  interruption.interrupt(() => 'gone');
  expect(interruption.signal.aborted).toBe(true);
  expect((interruption.signal.reason as EndedError).code).toBe('WIREKEEPER_ENDED');
});

test('hands out the same signal every time', () => {
  const interruption = anInterruption();
  expect(interruption.signal).toBe(interruption.signal);
});

test('hands over what a listener of its signal throws', () => {
  const threw: unknown[] = [];
  const interruption = anInterruption(threw);
  const error = new Error('bad listener');
  interruption.signal.addEventListener('abort', () => {
    throw error;
  });
  interruption.interrupt(() => 'gone');
  expect(threw).toEqual([error]);
});
