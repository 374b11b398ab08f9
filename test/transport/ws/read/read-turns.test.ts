import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { crumbTurns, ReadTurns } from '../../../../src/transport/ws/read/read-turns.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Readers that deliver 100 frames each time that it is their turn, so many times. */
function floods(turns: ReadTurns, count: number, times: number) {
  const order: number[] = [];
  for (let name = 0; name < count; name += 1) {
    let left = times;
    const taker = {
      onTurn: () => {
        order.push(name);
        turns.spend(100);
        left -= 1;
        if (left > 0) turns.wait(taker);
      },
    };
    turns.wait(taker);
  }
  return order;
}

describe('readers that have read much', () => {
  test('deliver one after the other, and a few hundred frames in all in one turn of the loop', async () => {
    const turns = new ReadTurns();
    const order = floods(turns, 5, 2);
    expect(order).toEqual([]);
    await turn();
    expect(order).toEqual([0, 1, 2]);
    await turn();
    expect(order).toEqual([0, 1, 2, 3, 4, 0]);
    await turn();
    await turn();
    expect(order).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  });

  test('deliver less at a time while others wait, or have delivered much in this turn', async () => {
    const turns = new ReadTurns();
    expect(turns.most(false)).toBe(192);
    turns.spend(300);
    expect([turns.most(false), turns.most(true)]).toEqual([64, 192]);
    await turn();
    expect(turns.most(false)).toBe(192);
    floods(turns, 1, 1);
    expect(turns.most(false)).toBe(64);
    await turn();
    expect(turns.most(false)).toBe(192);
  });

  test('do not lose their turn because one before them throws', async () => {
    const turns = new ReadTurns();
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
    const listeners = process.listeners('uncaughtException').slice(0, -1);
    for (const listener of listeners) process.off('uncaughtException', listener);
    try {
      turns.wait({
        onTurn: () => {
          throw new Error('of one reader');
        },
      });
      const order = floods(turns, 1, 1);
      expect(await uncaught).toEqual(new Error('of one reader'));
      await turn();
      expect(order).toEqual([0]);
    } finally {
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });
});

describe('readers of messages in crumbs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('deliver 4,096 frames each 8 ms, all of them together', () => {
    // 100 frames at a time: 41 turns pass that bound.
    const order = floods(crumbTurns, 50, 3);
    vi.advanceTimersByTime(7);
    expect(order).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(order).toHaveLength(41);
    vi.advanceTimersByTime(8);
    expect(order).toHaveLength(82);
    vi.advanceTimersByTime(16);
    expect(order).toHaveLength(150);
  });
});
