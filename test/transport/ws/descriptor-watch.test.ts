import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Probe, watchDescriptors } from '../../../src/transport/ws/descriptor-watch.js';
import { eventually } from '../../support/eventually.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failure = (code: string) => Object.assign(new Error(code), { code });

/** A watch whose probe says what the test wants. */
function watching(errors: (Error | null)[]) {
  const reported: Error[] = [];
  const probe: Probe = (done) => done(errors.shift() ?? null);
  return { reported, unwatch: watchDescriptors((error) => reported.push(error), 1000, probe) };
}

test('reports once each time that descriptors run out', () => {
  const { reported, unwatch } = watching([null, failure('EMFILE'), failure('EMFILE'), null, failure('ENFILE')]);
  vi.advanceTimersByTime(5000);
  expect(reported).toMatchObject([
    { code: 'EMFILE', syscall: 'accept', cause: failure('EMFILE') },
    { code: 'ENFILE', syscall: 'accept' },
  ]);
  unwatch();
});

test('reports no other failures, and nothing once it is ended', () => {
  const { reported, unwatch } = watching([failure('EACCES')]);
  vi.advanceTimersByTime(1000);
  unwatch();
  vi.advanceTimersByTime(5000);
  expect([reported, vi.getTimerCount()]).toEqual([[], 0]);
});

test('a probe that is slow is not repeated meanwhile, and one that comes too late is not heard', () => {
  const reported: Error[] = [];
  const waiting: ((error: NodeJS.ErrnoException | null) => void)[] = [];
  const unwatch = watchDescriptors(
    (error) => reported.push(error),
    1000,
    (done) => waiting.push(done),
  );
  vi.advanceTimersByTime(3000);
  expect(waiting).toHaveLength(1);
  unwatch();
  waiting[0]?.(failure('EMFILE'));
  expect(reported).toEqual([]);
});

test('looks for itself whether one more file can be opened', async () => {
  vi.useRealTimers();
  const reported: Error[] = [];
  const unwatch = watchDescriptors((error) => reported.push(error), 1);
  let turns = 0;
  await eventually(() => (turns += 1) > 3);
  unwatch();
  expect(reported).toEqual([]);
});
