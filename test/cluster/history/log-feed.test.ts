import { expect, test } from 'vitest';
import { BrokerDownError } from '../../../src/cluster/api/errors.js';
import { LogFeed } from '../../../src/cluster/history/log-feed.js';
import type { BrokerLog, LogEntry, LogRead } from '../../../src/cluster/port/broker.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { settled } from '../../support/settled.js';

/** A log whose entries have the offsets that the test gives, and whose reads the test may answer later. */
function aLog(epoch = 'e1') {
  const stored: LogEntry[] = [];
  let droppedTo = 0;
  let receive: (entry: LogEntry) => void = () => {};
  let fails = 0;
  let gate: Promise<void> | undefined;
  const reads: number[] = [];
  const log: BrokerLog = {
    epoch,
    append: () => Promise.reject(new Error('not here')),
    follow: (_key, to) => {
      receive = to;
      return () => {
        receive = () => {};
      };
    },
    read: async (_key, { offset }, limit): Promise<LogRead> => {
      reads.push(offset);
      await gate;
      if (fails > 0) {
        fails -= 1;
        throw new Error('no answer');
      }
      const entries = stored.filter((entry) => entry.offset > offset && entry.offset > droppedTo).slice(0, limit);
      return { entries: entries.map((entry) => ({ ...entry, previous: undefined })), isComplete: offset >= droppedTo };
    },
    last: async () => stored.at(-1),
  };
  const store = (offset: number): LogEntry => {
    const entry = { offset, at: offset, previous: stored.at(-1)?.offset ?? 0, payload: Buffer.from('x'), headers: {} };
    stored.push(entry);
    return entry;
  };
  return {
    log,
    reads,
    store,
    live: (entry: LogEntry) => receive(entry),
    drop: (to: number) => {
      droppedTo = to;
    },
    fail: (times: number) => {
      fails = times;
    },
    holdReads: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
  };
}

async function aFeed(first = aLog()) {
  const clock = createHeapClock();
  const seen: string[] = [];
  let log = first.log;
  const feed = new LogFeed(
    'tea',
    async () => log,
    {
      deliver: ({ offset }) => seen.push(String(offset)),
      gap: (from) => seen.push(`gap after ${from?.offset}`),
      restated: (isComplete) => seen.push(isComplete ? 'complete' : 'incomplete'),
      caughtUp: (count) => seen.push(`caught up ${count}`),
      failed: () => seen.push('failed'),
    },
    clock,
  );
  const up = async (other = log) => {
    log = other;
    void feed.up();
    await settled();
  };
  await up();
  return { clock, feed, seen, up };
}

test('begins with what comes after it, and delivers each entry once', async () => {
  const own = aLog();
  own.store(3);
  const { feed, seen } = await aFeed(own);
  expect(feed.position).toEqual({ epoch: 'e1', offset: 3, at: 3 });
  const [a, b] = [own.store(5), own.store(9)];
  for (const entry of [a, a, b, a, b]) own.live(entry);
  expect(seen).toEqual(['5', '9']);
  expect(own.reads).toEqual([]);
});

test('an entry that overtakes another one waits for it', async () => {
  const own = aLog();
  const { seen } = await aFeed(own);
  const [a, b, c] = [own.store(1), own.store(2), own.store(3)];
  own.holdReads();
  for (const entry of [c, b, a]) own.live(entry);
  expect(seen).toEqual(['1', '2', '3']);
});

test('what is missing is read, and what comes live meanwhile follows it', async () => {
  const own = aLog();
  const { seen } = await aFeed(own);
  for (let offset = 1; offset <= 300; offset += 1) own.store(offset);
  const open = own.holdReads();
  own.live(own.store(301));
  own.live(own.store(302));
  expect(seen).toEqual([]);
  open();
  await settled();
  expect(seen.slice(-3)).toEqual(['301', '302', 'caught up 300']);
  expect(seen).toHaveLength(303);
});

test('what has been dropped is a gap, with the position before it, and the rest follows', async () => {
  const own = aLog();
  const { seen, feed } = await aFeed(own);
  own.live(own.store(1));
  for (const offset of [2, 3, 4, 5]) own.store(offset);
  own.drop(3);
  own.live(own.store(6));
  await settled();
  expect(seen).toEqual(['1', 'gap after 1', 'incomplete', '4', '5', '6', 'caught up 2']);
  expect(feed.tail.after(2)).toBeUndefined();
  expect(feed.tail.after(3)?.map(({ offset }) => offset)).toEqual([4, 5, 6]);
});

test('if all that was missing has been dropped, it goes on with what is there', async () => {
  const own = aLog();
  const { seen } = await aFeed(own);
  own.live(own.store(1));
  own.store(2);
  own.drop(2);
  own.live(own.store(3));
  await settled();
  expect(seen).toEqual(['1', 'gap after 1', 'incomplete', '3', 'caught up 1']);
});

test('on a new link it reads what came meanwhile; on none it waits', async () => {
  const own = aLog();
  const { feed, seen, up } = await aFeed(own);
  own.live(own.store(1));
  feed.down();
  const { ready } = feed;
  feed.down();
  await expect(ready).rejects.toThrow(BrokerDownError);
  own.live(own.store(2));
  expect(seen).toEqual(['1']);
  await up();
  expect(seen).toEqual(['1', '2', 'caught up 1']);
});

test('another log is a gap, and its offsets begin again', async () => {
  const own = aLog();
  const { feed, seen, up } = await aFeed(own);
  for (const offset of [7, 8]) own.live(own.store(offset));
  feed.down();
  const other = aLog('e2');
  other.store(1);
  await up(other.log);
  other.live(other.store(2));
  expect(seen).toEqual(['7', '8', 'gap after 8', 'incomplete', '2']);
  expect(feed.position).toEqual({ epoch: 'e2', offset: 2, at: 2 });
});

test('another log is a gap once it is followed, although the first attempt has failed', async () => {
  const own = aLog();
  const { clock, feed, seen, up } = await aFeed(own);
  own.live(own.store(7));
  feed.down();
  const { log, live, store } = aLog('e2');
  let answers = 0;
  const last = async () => {
    answers += 1;
    if (answers === 1) throw new Error('no answer');
    return undefined;
  };
  await up({ ...log, last });
  expect(seen).toEqual(['7', 'failed']);
  await clock.advanceAsync(1_000);
  live(store(1));
  expect(seen).toEqual(['7', 'failed', 'gap after 7', 'incomplete', '1']);
});

test('a read that fails is reported, and tried again', async () => {
  const own = aLog();
  const { clock, seen } = await aFeed(own);
  own.store(1);
  own.fail(2);
  own.live(own.store(2));
  await settled();
  expect(seen).toEqual(['failed']);
  await clock.advanceAsync(1_000);
  expect(seen).toEqual(['failed', 'failed', '1', '2', 'caught up 1']);
});

test('an entry that another node has seen is read if it does not come', async () => {
  const own = aLog();
  const { feed, seen } = await aFeed(own);
  own.store(4);
  feed.expect('other', 4);
  feed.expect('e1', 4);
  await settled();
  expect(seen).toEqual(['4', 'caught up 1']);
  expect(await feed.reach(own.log, 4)).toBe(true);
  expect(await feed.reach(own.log, 5)).toBe(false);
  own.store(6);
  expect(await feed.reach(own.log, 6)).toBe(true);
});

test('a log that cannot be opened is tried again, until the feed is closed', async () => {
  const clock = createHeapClock();
  let tries = 0;
  const feed = new LogFeed(
    'tea',
    () => {
      tries += 1;
      return Promise.reject(new Error('no JetStream'));
    },
    { deliver: () => {}, gap: () => {}, restated: () => {}, caughtUp: () => {}, failed: () => {} },
    clock,
  );
  void feed.up();
  await clock.advanceAsync(2_000);
  expect(tries).toBe(5);
  feed.close();
  await clock.advanceAsync(2_000);
  expect([tries, clock.pending]).toEqual([5, 0]);
});

// It read in a circle, without end and without a turn for anybody else.
test('a feed of another log that has not begun yet wants nothing, whatever is asked of it', async () => {
  const own = aLog();
  own.store(1);
  const { feed, seen, up } = await aFeed(own);
  feed.down();
  const other = aLog('e2');
  other.store(7);
  let begin = () => {};
  const asked = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const slow = { ...other.log, last: () => asked.then(other.log.last.bind(other.log, 'tea')) };
  await up(slow);
  const reached = feed.reach(other.log, 7);
  await settled();
  begin();
  expect(await reached).toBe(false);
  await settled();
  expect([feed.position?.offset, seen]).toEqual([7, ['gap after 1', 'incomplete']]);
});

test('a third log before the second was followed is one gap, with the position in the first', async () => {
  const own = aLog();
  own.store(1);
  const { feed, seen, up } = await aFeed(own);
  feed.down();
  const second = { ...aLog('e2').log, last: () => Promise.reject(new Error('no answer')) };
  await up(second);
  feed.down();
  const third = aLog('e3');
  third.store(7);
  await up(third.log);
  await settled();
  expect([feed.position?.epoch, seen]).toEqual(['e3', ['failed', 'gap after 1', 'incomplete']]);
});

test('a check that fails is reported, and made again, and none outlives the feed', async () => {
  const own = aLog();
  const { feed, clock, seen, up } = await aFeed(own);
  await feed.check();
  feed.down();
  await feed.check();
  let fails = 0;
  const log = {
    ...own.log,
    last: async () => {
      if (fails > 0) throw new Error('no answer');
      return await own.log.last('tea');
    },
  };
  await up(log);
  own.store(3);
  fails = 1;
  await feed.check();
  expect(seen).toEqual(['failed']);
  fails = 0;
  await clock.advanceAsync(500);
  expect(seen).toEqual(['failed', '3', 'caught up 1']);
  fails = 1;
  await feed.check();
  feed.close();
  expect(clock.pending).toBe(0);
});
