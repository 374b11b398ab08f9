import { expect, test } from 'vitest';
import { HandshakeTurns } from '../../../src/transport/ws/handshake-turns.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Handshakes that take some ms each, and the order in which they were decided. */
function open() {
  const state = { now: 0 };
  const turns = new HandshakeTurns(() => state.now);
  const decided: number[] = [];
  const come = (name: number, ms: number) =>
    turns.run(() => {
      decided.push(name);
      state.now += ms;
    });
  return { turns, decided, come };
}

test('one that comes alone is decided at once', async () => {
  const { decided, come } = open();
  come(1, 5);
  expect(decided).toEqual([1]);
  await turn();
  come(2, 5);
  expect(decided).toEqual([1, 2]);
});

test('many at once are decided for about a millisecond in each turn of the loop, in order', async () => {
  const { decided, come } = open();
  for (let i = 0; i < 10; i += 1) come(i, 0.4);
  expect(decided).toEqual([0, 1, 2]);
  await turn();
  expect(decided).toEqual([0, 1, 2, 3, 4, 5]);
  // One that comes meanwhile waits behind those that wait.
  come(10, 0.4);
  await turn();
  await turn();
  expect(decided).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('those that wait are decided although one before them throws', async () => {
  const { turns, decided, come } = open();
  come(0, 2);
  turns.run(() => {
    throw new Error('of one handshake');
  });
  come(1, 0.4);
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
  const listeners = process.listeners('uncaughtException').slice(0, -1);
  for (const listener of listeners) process.off('uncaughtException', listener);
  try {
    expect(await uncaught).toEqual(new Error('of one handshake'));
    await turn();
    expect(decided).toEqual([0, 1]);
  } finally {
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
});
