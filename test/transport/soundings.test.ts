import { expect, test } from 'vitest';
import { Soundings } from '../../src/transport/soundings.js';

test('a Pong proves that the peer has read what was sent before its Ping, and nothing else does', () => {
  const soundings = new Soundings();
  expect(soundings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 0, bytes: 0 } });
  const first = soundings.ping({ frames: 3, bytes: 30 }, 1);
  const second = soundings.ping({ frames: 5, bytes: 50 }, 2);
  expect(soundings).toMatchObject({ awaitsPong: true, unprovenBytes: 30, proven: { frames: 0, bytes: 0 } });
  soundings.pong(first);
  expect(soundings).toMatchObject({ awaitsPong: true, unprovenBytes: 20, proven: { frames: 3, bytes: 30 } });
  soundings.pong(second);
  expect(soundings).toMatchObject({ awaitsPong: false, unprovenBytes: 0, proven: { frames: 5, bytes: 50 } });
});

test('a peer may answer the latest of several Pings only', () => {
  const soundings = new Soundings();
  soundings.ping({ frames: 3, bytes: 30 }, 1);
  soundings.pong(soundings.ping({ frames: 5, bytes: 50 }, 2));
  expect(soundings).toMatchObject({ awaitsPong: false, proven: { frames: 5, bytes: 50 } });
});

test.each(['', 'odd', 'more than four'])('a Pong with the payload %j answers the first Ping only', (payload) => {
  const soundings = new Soundings();
  soundings.pong(Buffer.from(payload));
  expect(soundings.awaitsPong).toBe(false);
  soundings.ping({ frames: 3, bytes: 30 }, 1);
  soundings.ping({ frames: 5, bytes: 50 }, 2);
  soundings.pong(Buffer.from(payload));
  expect(soundings).toMatchObject({ awaitsPong: true, proven: { frames: 3, bytes: 30 } });
});

test('another Ping is due when enough was sent behind the latest, until nothing more may be sent', () => {
  const soundings = new Soundings();
  soundings.ping({ frames: 1, bytes: 100 }, 7);
  expect(soundings.pingedAt).toBe(7);
  expect([soundings.isDue(199, 100), soundings.isDue(200, 100)]).toEqual([false, true]);
  soundings.end();
  expect(soundings.isDue(200, 100)).toBe(false);
});
