import { describe, expect, test } from 'vitest';
import { NumberedPings } from '../../src/transport/numbered-pings.js';

test('a Pong proves that the peer has read what was sent before its Ping, and nothing else does', () => {
  const pings = new NumberedPings();
  expect(pings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 0, bytes: 0 } });
  const first = pings.ping({ frames: 3, bytes: 30 }, 1);
  const second = pings.ping({ frames: 5, bytes: 50 }, 2);
  expect(pings).toMatchObject({ awaitsPong: true, unprovenBytes: 30, proven: { frames: 0, bytes: 0 } });
  pings.pong(first, 3);
  expect(pings).toMatchObject({ awaitsPong: true, unprovenBytes: 20, proven: { frames: 3, bytes: 30 } });
  pings.pong(second, 3);
  expect(pings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 5, bytes: 50 } });
});

test('a peer may answer the latest of several Pings only', () => {
  const pings = new NumberedPings();
  pings.ping({ frames: 3, bytes: 30 }, 1);
  pings.pong(pings.ping({ frames: 5, bytes: 50 }, 2), 3);
  expect(pings).toMatchObject({ awaitsPong: false, proven: { frames: 5, bytes: 50 } });
});

test.each(['', 'odd', 'more than four'])('a Pong with the payload %j answers the first Ping only', (payload) => {
  const pings = new NumberedPings();
  pings.pong(Buffer.from(payload), 3);
  expect(pings.awaitsPong).toBe(false);
  pings.ping({ frames: 3, bytes: 30 }, 1);
  pings.ping({ frames: 5, bytes: 50 }, 2);
  pings.pong(Buffer.from(payload), 3);
  expect(pings).toMatchObject({ awaitsPong: true, proven: { frames: 3, bytes: 30 } });
});

test('another Ping is due when enough was sent behind the latest, until nothing more may be sent', () => {
  const pings = new NumberedPings();
  pings.ping({ frames: 1, bytes: 100 }, 7);
  expect(pings.pingedAt).toBe(7);
  expect([pings.isDue(199, 100), pings.isDue(200, 100)]).toEqual([false, true]);
  pings.end();
  expect(pings.isDue(200, 100)).toBe(false);
});

test('each answered Ping has its round trip, and the latest one is that of all', () => {
  const pings = new NumberedPings();
  const trips: [string, number | undefined][] = [];
  const note = (name: string) => (ms: number | undefined) => trips.push([name, ms]);
  expect(pings.latencyMs).toBeUndefined();
  pings.ping({ frames: 1, bytes: 1 }, 10, note('first'));
  const second = pings.ping({ frames: 1, bytes: 1 }, 20, note('second'));
  const third = pings.ping({ frames: 1, bytes: 1 }, 30, note('third'));
  pings.pong(second, 50);
  expect([trips, pings.latencyMs]).toEqual([
    [
      ['first', 40],
      ['second', 30],
    ],
    30,
  ]);
  pings.pong(third, 55);
  expect(pings.latencyMs).toBe(25);
});

test('a Ping that is never answered is given up when the socket is gone', () => {
  const pings = new NumberedPings();
  const trips: unknown[] = [];
  pings.ping({ frames: 1, bytes: 1 }, 10, (ms) => trips.push(ms));
  pings.ping({ frames: 1, bytes: 1 }, 10);
  pings.giveUp();
  expect([trips, pings.latencyMs]).toEqual([[undefined], undefined]);
});

describe('a Ping with a payload of its own', () => {
  const before = { frames: 1, bytes: 1 };
  const mine = Buffer.from('mine');

  test('is sent with it, and answered by the Pong that has it', () => {
    const pings = new NumberedPings();
    const trips: unknown[] = [];
    expect(pings.ping(before, 10, (ms) => trips.push(ms), mine)).toEqual(mine);
    pings.pong(Buffer.from('mine'), 17);
    expect([trips, pings.latencyMs, pings.awaitsPong]).toEqual([[7], 7, false]);
  });

  test.each(['', 'yours', 'four'])('is not answered by a Pong with the payload %j', (payload) => {
    const pings = new NumberedPings();
    const trips: unknown[] = [];
    pings.ping(before, 10, (ms) => trips.push(ms), mine);
    pings.pong(Buffer.from(payload), 17);
    expect([trips, pings.awaitsPong]).toEqual([[], true]);
  });

  test('is answered with a later one, as a peer may answer the latest only', () => {
    const pings = new NumberedPings();
    const trips: unknown[] = [];
    pings.ping(before, 10, (ms) => trips.push(['mine', ms]), mine);
    const numbered = pings.ping(before, 12, (ms) => trips.push(['numbered', ms]));
    pings.pong(numbered, 20);
    expect(trips).toEqual([
      ['mine', 10],
      ['numbered', 8],
    ]);
  });

  test('is answered before a later one with the same payload', () => {
    const pings = new NumberedPings();
    const trips: unknown[] = [];
    pings.ping(before, 10, () => trips.push('first'), mine);
    pings.ping({ frames: 2, bytes: 2 }, 11, () => trips.push('second'), mine);
    pings.pong(mine, 20);
    expect([trips, pings.proven.frames]).toEqual([['first'], 1]);
    pings.pong(mine, 21);
    expect([trips, pings.proven.frames]).toEqual([['first', 'second'], 2]);
  });
});
