import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Answers } from '../../../src/cli/dial/answers.js';

let answers: Answers;
beforeEach(() => {
  vi.useFakeTimers();
  answers = new Answers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether a promise is settled once everything that is due has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return settled;
}

test('awaits nothing when nothing was sent', async () => {
  expect(await isSettled(answers.settled(100))).toBe(true);
});

test('awaits nothing when the answer was faster', async () => {
  answers.expect();
  answers.came();
  expect(await isSettled(answers.settled(100))).toBe(true);
});

test('awaits nothing in no time', async () => {
  answers.expect();
  expect(await isSettled(answers.settled(0))).toBe(true);
});

test('awaits an answer to the last line', async () => {
  answers.expect();
  answers.came();
  answers.expect();
  const settled = answers.settled(100);
  expect(await isSettled(settled)).toBe(false);
  answers.came();
  expect(await isSettled(settled)).toBe(true);
});

test('gives up after its time, and not before', async () => {
  answers.expect();
  const settled = answers.settled(100);
  await vi.advanceTimersByTimeAsync(99);
  expect(await isSettled(settled)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isSettled(settled)).toBe(true);
});

test('gives up when none can come any more, before and while it waits', async () => {
  answers.expect();
  const settled = answers.settled(100);
  expect(await isSettled(settled)).toBe(false);
  answers.over();
  expect(await isSettled(settled)).toBe(true);
  expect(await isSettled(answers.settled(100))).toBe(true);
});

test('leaves no timer behind', async () => {
  answers.expect();
  const settled = answers.settled(100);
  answers.came();
  await settled;
  expect(vi.getTimerCount()).toBe(0);
});
