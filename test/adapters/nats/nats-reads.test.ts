import { expect, test } from 'vitest';
import { loadNats } from '../../../src/adapters/nats/load-nats.js';
import { readEntries } from '../../../src/adapters/nats/nats-reads.js';

const nats = loadNats();

/** A stream with so many entries, of which a consumer brings `brings`. */
function aStream(entries: number, brings = entries) {
  const calls = { single: 0, consumers: 0, deleted: 0 };
  const getMessage = async (_stream: string, { seq }: { seq: number }) => {
    calls.single += 1;
    return seq > entries ? null : { seq, time: new Date(seq), data: Buffer.from(String(seq)), header: undefined };
  };
  const add = async (_stream: string, { opt_start_seq }: { opt_start_seq: number }) => {
    calls.consumers += 1;
    return { name: 'c', num_pending: entries - opt_start_seq + 1, first: opt_start_seq };
  };
  const remove = async () => {
    calls.deleted += 1;
    throw new Error('it is gone already');
  };
  const getConsumerFromInfo = ({ first }: { first: number }) => ({
    fetch: async ({ max_messages }: { max_messages: number }) =>
      Array.from({ length: Math.min(max_messages, brings) }, (_, index) => ({
        seq: first + index,
        timestampNanos: BigInt(first + index) * 1_000_000n,
        data: Buffer.from(String(first + index)),
      })),
  });
  const from = {
    api: { direct: { getMessage }, consumers: { add, delete: remove } },
    client: { consumers: { getConsumerFromInfo } },
    nats,
    stream: 's',
  };
  return { calls, read: (after: number, limit: number) => readEntries(from as never, 'subject', after, limit) };
}

test.each([
  { entries: 0, after: 0, limit: 128, read: 0, single: 1, consumers: 0 },
  { entries: 5, after: 2, limit: 128, read: 3, single: 4, consumers: 0 },
  { entries: 100, after: 0, limit: 4, read: 4, single: 4, consumers: 0 },
  { entries: 8, after: 0, limit: 128, read: 8, single: 8, consumers: 1 },
  { entries: 100, after: 0, limit: 128, read: 100, single: 8, consumers: 1 },
  { entries: 1_000, after: 10, limit: 128, read: 128, single: 8, consumers: 1 },
])('of $entries entries, $read after $after take $single requests and $consumers consumers', async (own) => {
  const { calls, read } = aStream(own.entries);
  const entries = await read(own.after, own.limit);
  expect(entries.map(({ offset }) => offset)).toEqual(Array.from({ length: own.read }, (_, at) => own.after + at + 1));
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ offset }) => offset));
  expect(calls).toEqual({ single: own.single, consumers: own.consumers, deleted: own.consumers });
});
