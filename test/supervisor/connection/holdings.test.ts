import { describe, expect, test } from 'vitest';
import { COUNTED_FROM, type Holder, Holdings } from '../../../src/supervisor/connection/holdings.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

const KIB = 1024;

function theHoldings({ maxBytes = 1024 * KIB, frameWithinMs = 60_000 } = {}) {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, (error) => {
    throw error;
  });
  const parent = new Holdings(Number.POSITIVE_INFINITY, clock, wheel, undefined);
  const holdings = new Holdings(maxBytes, clock, wheel, parent);
  /** A connection that holds what the test says. */
  const aHolder = (name: string, outgoing = 0) => {
    const asked: string[] = [];
    const holds = { outgoing, waiting: 0, isOpen: true, isPaused: false, reading: { heldBytes: 0, partSince: 0 } };
    const holder: Holder = {
      get isOpen() {
        return holds.isOpen;
      },
      closeFor(trigger, code) {
        asked.push(`${name}: ${trigger} ${code}`);
        holds.isOpen = false;
      },
      wire: {
        get heldBytes() {
          return holds.outgoing;
        },
        get isPaused() {
          return holds.isPaused;
        },
        reading: { ...holds.reading, allow: () => {} },
        discard: () => {
          holds.outgoing = 0;
          return { frames: 0, bytes: 0 };
        },
        end: () => asked.push(`${name}: end`),
      },
      inbox: {
        get heldBytes() {
          return holds.waiting;
        },
        drop: () => {
          holds.waiting = 0;
        },
      },
      parent: { limits: { frameWithinMs }, services: { holdings } },
    };
    const receive = (heldBytes: number, partSince: number) =>
      Object.assign(holder.wire?.reading ?? {}, { heldBytes, partSince });
    return { holder, holds, asked, receive, note: () => holdings.note(holder) };
  };
  return { clock, wheel, holdings, parent, aHolder };
}

describe('what connections hold together', () => {
  test('is what waits for peers and handlers, and parts of messages', () => {
    const { holdings, aHolder } = theHoldings();
    const one = aHolder('a', 20 * KIB);
    one.note();
    const other = aHolder('b', 20 * KIB);
    other.holds.waiting = 5 * KIB;
    other.receive(2 * KIB, 1);
    other.note();
    expect(holdings.totalBytes).toBe(47 * KIB);
  });

  test('goes down as it leaves, and what is left over is not looked at for ever', () => {
    const { holdings, aHolder, clock } = theHoldings();
    const { holds, note } = aHolder('a', 100 * KIB);
    note();
    holds.outgoing = 30 * KIB;
    expect(holdings.totalBytes).toBe(30 * KIB);
    holds.outgoing = COUNTED_FROM - 1;
    clock.advance(1100);
    expect([holdings.totalBytes, clock.pending]).toEqual([0, 0]);
  });

  test('is nothing once a connection has ended', () => {
    const { holdings, parent, aHolder } = theHoldings();
    const { holder, note } = aHolder('a', 100 * KIB);
    note();
    expect([holdings.totalBytes, parent.totalBytes]).toEqual([100 * KIB, 100 * KIB]);
    holdings.forget(holder);
    holdings.forget(holder);
    expect([holdings.totalBytes, parent.totalBytes]).toEqual([0, 0]);
  });
});

describe('when it is more than allowed', () => {
  test('those that hold the most are closed with 1013 until a tenth is free, and the others stay', () => {
    const { holdings, aHolder } = theHoldings({ maxBytes: 1000 * KIB });
    const holders = [300, 100, 350, 100].map((kib, index) => aHolder(String(index), kib * KIB));
    for (const { note } of holders) note();
    expect(holders.flatMap(({ asked }) => asked)).toEqual([]);
    aHolder('last', 200 * KIB).note();
    expect(holders.flatMap(({ asked }) => asked)).toEqual(['2: memory 1013']);
    expect(holdings.totalBytes).toBe(700 * KIB);
  });

  test('what has left meanwhile does not count', () => {
    const { aHolder, holdings } = theHoldings({ maxBytes: 1000 * KIB });
    const { holds, note, asked } = aHolder('a', 900 * KIB);
    note();
    holds.outgoing = 0;
    const other = aHolder('b', 500 * KIB);
    other.note();
    expect([asked, other.asked, holdings.totalBytes]).toEqual([[], [], 500 * KIB]);
  });

  test('a part of a message is freed by reading no more', () => {
    const { aHolder } = theHoldings({ maxBytes: 100 * KIB });
    const { receive, note, asked } = aHolder('a');
    receive(200 * KIB, 1);
    note();
    expect(asked).toEqual(['a: memory 1013', 'a: end']);
  });

  test('frames that wait for the handler are dropped', () => {
    const { aHolder, holdings } = theHoldings({ maxBytes: 100 * KIB });
    const { holds, note, asked } = aHolder('a');
    holds.waiting = 200 * KIB;
    note();
    expect([asked, holds.waiting, holdings.totalBytes]).toEqual([['a: memory 1013'], 0, 0]);
  });
});

describe('a message that does not come to its end', () => {
  test('closes its connection with 1008, within a second of the deadline', () => {
    const { clock, aHolder } = theHoldings({ frameWithinMs: 10_000 });
    const { receive, note, asked } = aHolder('a');
    clock.advance(1);
    receive(1, 1);
    note();
    clock.advance(9_900);
    expect(asked).toEqual([]);
    clock.advance(1_100);
    expect(asked).toEqual(['a: frame-deadline 1008']);
    clock.advance(2_000);
    expect([asked.length, clock.pending]).toEqual([1, 0]);
  });

  test('is found sooner where the deadline is short', () => {
    const { clock, aHolder } = theHoldings({ frameWithinMs: 80 });
    const { receive, note, asked } = aHolder('a');
    clock.advance(1);
    receive(1, 1);
    note();
    clock.advance(100);
    expect(asked).toEqual(['a: frame-deadline 1008']);
  });

  test('may take its time without a deadline', () => {
    const { clock, aHolder } = theHoldings({ frameWithinMs: Number.POSITIVE_INFINITY });
    const { receive, note, asked } = aHolder('a');
    clock.advance(1);
    receive(1, 1);
    note();
    clock.advance(1_000_000);
    expect(asked).toEqual([]);
  });

  test('is excused while this side reads nothing', () => {
    const { clock, aHolder } = theHoldings({ frameWithinMs: 10_000 });
    const { holds, receive, note, asked } = aHolder('a');
    clock.advance(1);
    receive(1, 1);
    holds.isPaused = true;
    note();
    clock.advance(60_000);
    expect(asked).toEqual([]);
  });

  test('that has come meanwhile is of no concern, nor is the next one, which has just begun', () => {
    const { clock, aHolder } = theHoldings({ frameWithinMs: 10_000 });
    const { receive, note, asked } = aHolder('a');
    clock.advance(1);
    for (let i = 0; i < 10; i += 1) {
      receive(1, clock.now());
      note();
      clock.advance(5_000);
    }
    receive(0, 0);
    clock.advance(60_000);
    expect([asked, clock.pending]).toEqual([[], 0]);
  });

  // The rest of it lies in the kernel, unread.
  test('is given the time again in which this process stood still', () => {
    const clock = createHeapClock();
    let stoodMs = 0;
    const slow = { ...clock, now: () => clock.now() + stoodMs };
    const wheel = new Wheel(slow, () => {});
    const holdings = new Holdings(1, slow, wheel, undefined);
    const asked: string[] = [];
    clock.advance(1);
    const holder: Holder = {
      isOpen: true,
      closeFor: (trigger) => asked.push(trigger),
      wire: {
        heldBytes: 0,
        isPaused: false,
        reading: { heldBytes: 1, partSince: clock.now(), allow: () => {} },
        discard: () => ({ frames: 0, bytes: 0 }),
        end: () => {},
      },
      inbox: { heldBytes: 0, drop: () => {} },
      parent: { limits: { frameWithinMs: 10_000 }, services: { holdings } },
    };
    holdings.note(holder);
    clock.advance(5_000);
    stoodMs = 30_000;
    clock.advance(1_000);
    expect(asked).toEqual([]);
    clock.advance(5_000);
    expect(asked).toEqual(['frame-deadline']);
  });
});
