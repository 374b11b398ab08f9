import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StatusFeed } from '../../../src/supervisor/dialer/status-feed.js';
import { exposedGc } from '../../support/exposed-gc.js';

async function all<T>(feed: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of feed) values.push(value);
  return values;
}

test('yields the present value, then every change, and ends after the final one', async () => {
  const feed = new StatusFeed('a');
  const seen = all(feed.iterate());
  feed.set('b');
  feed.set('c');
  feed.end();
  expect(await seen).toEqual(['a', 'b', 'c']);
});

test('yields the final value to an iterator that comes late', async () => {
  const feed = new StatusFeed('a');
  feed.set('b');
  feed.end();
  expect(await all(feed.iterate())).toEqual(['b']);
});

test('keeps changes for a reader that is slow', async () => {
  const feed = new StatusFeed(0);
  const iterator = feed.iterate();
  for (const value of [1, 2, 3]) feed.set(value);
  feed.end();
  expect(await all(iterator)).toEqual([0, 1, 2, 3]);
});

test('keeps a bounded number of changes for a reader that does not read, then only the latest', async () => {
  const feed = new StatusFeed(0);
  const iterator = feed.iterate();
  for (let value = 1; value <= 3_000; value += 1) feed.set(value);
  expect(await iterator.next()).toEqual({ value: 3_000, done: false });
  feed.set(3_001);
  feed.set(3_002);
  feed.end();
  expect(await all(iterator)).toEqual([3_001, 3_002]);
});

test('answers several reads that wait at once, in order', async () => {
  const feed = new StatusFeed('a');
  const iterator = feed.iterate();
  const reads = [iterator.next(), iterator.next(), iterator.next()];
  feed.set('b');
  feed.end();
  expect(await Promise.all(reads)).toEqual([
    { value: 'a', done: false },
    { value: 'b', done: false },
    { value: undefined, done: true },
  ]);
});

test('a reader that breaks off gets nothing more and disturbs no other', async () => {
  const feed = new StatusFeed('a');
  const other = all(feed.iterate());
  const iterator = feed.iterate();
  for await (const value of iterator) {
    expect(value).toBe('a');
    break;
  }
  feed.set('b');
  feed.end();
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
  expect(await other).toEqual(['a', 'b']);
});

test('keeps no iterator that is dropped, unread or after one read', async () => {
  const feed = new StatusFeed('a');
  const dropped: WeakRef<object>[] = [];
  for (let i = 0; i < 100; i += 1) {
    const iterator = feed.iterate();
    if (i % 2 === 0) await iterator.next();
    dropped.push(new WeakRef(iterator));
  }
  feed.set('b');
  const collect = exposedGc();
  await turn();
  collect();
  // The last one may still be held by the frame of this test.
  expect(dropped.filter((iterator) => iterator.deref() !== undefined).length).toBeLessThan(3);
  expect(feed.present).toBe('b');
});

test('answers reads that wait when it is broken off', async () => {
  const feed = new StatusFeed('a');
  const iterator = feed.iterate();
  await iterator.next();
  const read = iterator.next();
  await iterator.return?.();
  feed.set('b');
  expect(await read).toEqual({ value: undefined, done: true });
});
