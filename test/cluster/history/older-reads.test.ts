import { expect, test } from 'vitest';
import { OlderReads } from '../../../src/cluster/history/older-reads.js';
import type { BrokerLog } from '../../../src/cluster/port/broker.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { createMemoryBroker } from '../../../src/testing/memory-broker.js';

async function aLog(): Promise<BrokerLog> {
  const clock = createHeapClock();
  const { signal } = new AbortController();
  const link = await createMemoryBroker(clock).connect({ node: 'a', signal, clock });
  return await link.openLog({ name: 'log', messages: 10, ageMs: 60_000 });
}

test('connections that come back together share what is read for them', async () => {
  const log = await aLog();
  const append = () => log.append('tea', { payload: Buffer.from('x'), headers: {} }, 1_000);
  const older = new OlderReads('tea', 1);
  await append();
  const [one, two, other] = [0, 0, 1].map((offset) => older.read(log, { offset, at: 0 }));
  expect([one === two, one === other]).toEqual([true, false]);
  expect([(await one)?.entries, (await other)?.entries].map((entries) => entries?.length)).toEqual([1, 0]);
  await append();
  // Another read: the place is the same, what is there is not.
  expect((await older.read(log, { offset: 1, at: 0 })).entries.map(({ offset }) => offset)).toEqual([2]);
});

test('a read that fails is not shared with those who come later', async () => {
  let fails = true;
  const log = await aLog();
  const flaky = {
    ...log,
    epoch: log.epoch,
    read: () => (fails ? Promise.reject(new Error('no answer')) : log.read('tea', { offset: 0, at: 0 }, 1)),
  };
  const older = new OlderReads('tea', 1);
  const place = { offset: 0, at: 0 };
  const both = await Promise.allSettled([older.read(flaky, place), older.read(flaky, place)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect((await older.read(flaky, place)).isComplete).toBe(true);
});
