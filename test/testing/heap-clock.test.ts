import { expect, test, vi } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createHeapClock } from '../../src/testing/heap-clock.js';

test('stands still until it is advanced', () => {
  const clock = createHeapClock(100, 5_000);
  expect([clock.now(), clock.wallNow()]).toEqual([100, 5_000]);
  clock.advance(30.5);
  expect([clock.now(), clock.wallNow()]).toEqual([130.5, 5_030.5]);
});

test('calls timers in due order, those of one time in the order in which they were set', () => {
  const clock = createHeapClock();
  const log: string[] = [];
  for (const [name, ms] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['late', 41],
  ] as const)
    clock.setTimeout(() => log.push(`${name}@${clock.now()}`), ms);
  clock.advance(40);
  expect(log).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
  expect(clock.pending).toBe(1);
});

test('calls a timer that another one sets at its right time', () => {
  const clock = createHeapClock();
  const log: number[] = [];
  const again = () => {
    log.push(clock.now());
    clock.setTimeout(again, 10);
  };
  clock.setTimeout(again, 10);
  clock.advance(35);
  expect(log).toEqual([10, 20, 30]);
  expect(clock.nextDueAt).toBe(40);
});

test('never calls a cancelled timer, also one cancelled by a timer of the same time', () => {
  const clock = createHeapClock();
  const cancelled = vi.fn();
  const ids: unknown[] = [];
  clock.setTimeout(() => clock.clearTimeout(ids[0]), 10);
  ids.push(clock.setTimeout(cancelled, 10));
  clock.advance(100);
  expect(cancelled).not.toHaveBeenCalled();
  expect(clock.pending).toBe(0);
});

test('counts the timers that are set, and knows which is next', () => {
  const clock = createHeapClock(7);
  expect([clock.pending, clock.nextDueAt]).toEqual([0, undefined]);
  const first = clock.setTimeout(() => {}, 3);
  clock.setTimeout(() => {}, 5);
  expect([clock.pending, clock.nextDueAt]).toEqual([2, 10]);
  clock.clearTimeout(first);
  clock.clearTimeout(first);
  expect([clock.pending, clock.nextDueAt]).toEqual([1, 12]);
  clock.advance(5);
  expect([clock.pending, clock.nextDueAt]).toEqual([0, undefined]);
});

test('takes the identifier of no timer, or of one that has fired, as clearTimeout does', () => {
  const clock = createHeapClock();
  const fired = clock.setTimeout(() => {}, 1);
  clock.advance(1);
  clock.clearTimeout(fired);
  clock.clearTimeout(undefined);
  expect(clock.pending).toBe(0);
});

test('waits 1 ms at least, as Node does, so that an endless chain of timers ends', () => {
  const clock = createHeapClock();
  let calls = 0;
  const again = () => {
    calls += 1;
    clock.setTimeout(again, 0);
  };
  clock.setTimeout(again, -5);
  clock.advance(0);
  expect(calls).toBe(0);
  clock.advance(3);
  expect(calls).toBe(3);
});

test.each([Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])(
  'refuses a delay of %d ms, with which a timer of Node would fire at once',
  (ms) => {
    expect(() => createHeapClock().setTimeout(() => {}, ms)).toThrow(RangeError);
  },
);

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses to advance by %d ms', async (ms) => {
  expect(() => createHeapClock().advance(ms)).toThrow(RangeError);
  await expect(createHeapClock().advanceAsync(ms)).rejects.toThrow(RangeError);
});

test('lets promises, ticks and immediates run out between timers', async () => {
  const clock = createHeapClock();
  const log: string[] = [];
  clock.setTimeout(() => {
    void Promise.resolve().then(() => log.push(`promise@${clock.now()}`));
    process.nextTick(() => log.push(`tick@${clock.now()}`));
    setImmediate(() => setImmediate(() => log.push(`immediate@${clock.now()}`)));
  }, 10);
  clock.setTimeout(() => log.push(`next@${clock.now()}`), 11);
  await clock.advanceAsync(20);
  expect(log).toHaveLength(4);
  expect(new Set(log.slice(0, 2))).toEqual(new Set(['tick@10', 'promise@10']));
  expect(log.slice(2)).toEqual(['immediate@10', 'next@11']);
  expect(clock.now()).toBe(20);
});

test('lets work that is under way already set its timers before time moves on', async () => {
  const clock = createHeapClock();
  const fired = vi.fn();
  void Promise.resolve().then(() => clock.setTimeout(() => fired(clock.now()), 5));
  await clock.advanceAsync(5);
  expect(fired).toHaveBeenCalledExactlyOnceWith(5);
});

test('throws an exception of a timer to the caller of advance, and goes on from there', () => {
  const clock = createHeapClock();
  const later = vi.fn();
  clock.setTimeout(() => {
    throw new Error('broken timer');
  }, 5);
  clock.setTimeout(later, 6);
  expect(() => clock.advance(10)).toThrow('broken timer');
  expect(clock.now()).toBe(5);
  clock.advance(1);
  expect(later).toHaveBeenCalledOnce();
});

test('does not pile up timers that are set and cancelled in turn', () => {
  const clock = createHeapClock();
  const kept = vi.fn();
  clock.setTimeout(kept, 1_000_000);
  for (let round = 0; round < 10_000; round += 1)
    clock.clearTimeout(clock.setTimeout(() => expect.unreachable(), 1_000 + (round % 7)));
  expect(clock.pending).toBe(1);
  clock.advance(1_000_000);
  expect(kept).toHaveBeenCalledOnce();
});

test("drives an XState actor's delayed transitions", () => {
  const clock = createHeapClock();
  const machine = createMachine({ initial: 'waiting', states: { waiting: { after: { 500: 'done' } }, done: {} } });
  const actor = createActor(machine, { clock }).start();
  clock.advance(499);
  expect(actor.getSnapshot().value).toBe('waiting');
  clock.advance(1);
  expect(actor.getSnapshot().value).toBe('done');
  actor.stop();
});
