import { expect, test } from 'vitest';
import { bytesOf, Noted, RoundTrips, Step, StepOnEvent, sizeOf } from '../../../src/inspect/recorder/entry.js';

const shape = { type: 'close', from: 'open', to: 'closing.awaitingPeer', effects: ['sendClose'] };

test('an entry is as large as what it keeps: shapes are shared', () => {
  const event = { type: 'close', code: 4001, reason: 'x'.repeat(100) };
  const [plain, told] = [new Step(0, shape), new StepOnEvent(0, shape, event)].map(sizeOf);
  expect((told ?? 0) - (plain ?? 0)).toBe(bytesOf(event));
  expect(sizeOf(new Noted(0, { type: 'reading.paused' }))).toBeGreaterThan(sizeOf(new RoundTrips(0, 1)));
});

test('the size of data grows with its texts and members', () => {
  expect(bytesOf('x'.repeat(1_000))).toBeGreaterThan(1_000);
  expect(bytesOf({ a: [1, 'b', null, { c: true }] })).toBeGreaterThan(bytesOf({ a: [] }));
});

test('round trips are one entry with the least, the largest, and the last', () => {
  const trips = new RoundTrips(10, 2);
  trips.add(20, 5);
  trips.add(30, 1.234);
  expect(trips).toMatchObject({ at: 30, count: 3, min: 123, max: 500, last: 123 });
});
