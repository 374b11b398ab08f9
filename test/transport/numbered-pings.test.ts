import { expect, test } from 'vitest';
import { NumberedPings } from '../../src/transport/numbered-pings.js';

test('a Pong proves that the peer has read what was sent before its Ping, and nothing else does', () => {
  const pings = new NumberedPings();
  expect(pings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 0, bytes: 0 } });
  const first = pings.ping({ frames: 3, bytes: 30 }, 1);
  const second = pings.ping({ frames: 5, bytes: 50 }, 2);
  expect(pings).toMatchObject({ awaitsPong: true, unprovenBytes: 30, proven: { frames: 0, bytes: 0 } });
  pings.pong(first);
  expect(pings).toMatchObject({ awaitsPong: true, unprovenBytes: 20, proven: { frames: 3, bytes: 30 } });
  pings.pong(second);
  expect(pings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 5, bytes: 50 } });
});

test('a peer may answer the latest of several Pings only', () => {
  const pings = new NumberedPings();
  pings.ping({ frames: 3, bytes: 30 }, 1);
  pings.pong(pings.ping({ frames: 5, bytes: 50 }, 2));
  expect(pings).toMatchObject({ awaitsPong: false, proven: { frames: 5, bytes: 50 } });
});

test.each(['', 'odd', 'more than four'])('a Pong with the payload %j answers the first Ping only', (payload) => {
  const pings = new NumberedPings();
  pings.pong(Buffer.from(payload));
  expect(pings.awaitsPong).toBe(false);
  pings.ping({ frames: 3, bytes: 30 }, 1);
  pings.ping({ frames: 5, bytes: 50 }, 2);
  pings.pong(Buffer.from(payload));
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
