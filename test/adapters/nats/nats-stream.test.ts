import { expect, test } from 'vitest';
import { loadNats } from '../../../src/adapters/nats/load-nats.js';
import { makeStream } from '../../../src/adapters/nats/nats-stream.js';
import { resolveNats } from '../../../src/adapters/nats/resolve-nats.js';

const nats = loadNats();
const spec = { name: 'log', messages: 10, ageMs: 2_000 };

const apiError = (code: number, err_code: number) => new nats.JetStreamApiError({ code, err_code, description: 'no' });
const MISSING = apiError(404, 10_059);
const OVERLAPS = apiError(400, 10_065);

/** NATS, whose stream is missing for so many questions, and which refuses to make one. */
async function made(missingFor: number, refusal: Error): Promise<{ asked: number; added: number }> {
  const calls = { asked: 0, added: 0 };
  const info = async () => {
    calls.asked += 1;
    if (calls.asked <= missingFor) throw MISSING;
    return {};
  };
  const add = async () => {
    calls.added += 1;
    throw refusal;
  };
  await makeStream({ streams: { info, add } } as never, 'WK_log', nats, resolveNats({}), spec);
  return calls;
}

test('a stream that is there is used as it is', async () => {
  expect(await made(0, OVERLAPS)).toEqual({ asked: 1, added: 0 });
});

test('a stream that another node makes at the same time is waited for, though NATS calls it an overlap', async () => {
  expect(await made(3, OVERLAPS)).toEqual({ asked: 4, added: 3 });
});

test('a stream of somebody else with our subjects, and any other refusal, is an error', async () => {
  await expect(made(Number.POSITIVE_INFINITY, OVERLAPS)).rejects.toBe(OVERLAPS);
  const full = apiError(500, 10_023);
  await expect(made(1, full)).rejects.toBe(full);
});
