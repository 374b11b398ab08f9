import { expect, test } from 'vitest';
import { bufferedOf } from '../../../src/inspect/metrics/buffered.js';

const connectionsOf = (count: number, bytes = (index: number) => index % 2) =>
  new Map(Array.from({ length: count }, (_, index) => [`c${index}`, { bufferedBytes: bytes(index) }]));

test('adds up bytes, and counts the connections that hold any', async () => {
  expect(await bufferedOf(connectionsOf(5, (index) => index * 10))).toEqual({ bytes: 100, connections: 4 });
  expect(await bufferedOf(new Map())).toEqual({ bytes: 0, connections: 0 });
});

test('lets the event loop turn as soon as a slice has taken its time', async () => {
  let nowMs = 0;
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const walk = bufferedOf(connectionsOf(1_280), () => {
    nowMs += 1;
    return nowMs;
  });
  expect(await walk).toEqual({ bytes: 640, connections: 640 });
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(3);
});

test('has an end although connections come while it goes on', async () => {
  const connections = connectionsOf(256);
  let nowMs = 0;
  const walk = bufferedOf(connections, () => {
    for (let more = 0; more < 256; more += 1) connections.set(`more ${nowMs} ${more}`, { bufferedBytes: 1 });
    nowMs += 10;
    return nowMs;
  });
  expect((await walk).connections).toBe(128);
});
