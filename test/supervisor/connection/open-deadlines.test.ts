import { expect, test } from 'vitest';
import { OpenDeadlines } from '../../../src/supervisor/connection/open-deadlines.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { accepted } from '../../support/a-connection.js';
import { FakeWire } from '../../support/fake-wire.js';

function theDeadlines() {
  const clock = createHeapClock();
  const closes: string[] = [];
  let setByMs = 0;
  const wallNow = () => clock.wallNow() + setByMs;
  const openDeadlines = new OpenDeadlines({
    closeFor: (trigger: string, code: number) => closes.push(`${trigger} ${code} at ${clock.now()}`),
    parent: { services: { clock: { ...clock, wallNow }, wheel: new Wheel(clock, () => {}) } },
  });
  return {
    clock,
    closes,
    openDeadlines,
    expireAfter: (ms: number) => openDeadlines.expireAt(wallNow() + ms),
    /** The clock on the wall is set, or time has passed there in which the machine slept. */
    setWall(byMs: number) {
      setByMs += byMs;
    },
  };
}

test('closes with 1000 when no frame has passed for idleWithinMs, to within an eighth', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  openDeadlines.watchIdleness(wire, 800);
  clock.advance(700);
  wire.deliver('a');
  clock.advance(800);
  expect(closes).toEqual([]);
  clock.advance(200);
  expect(closes).toEqual([expect.stringMatching(/^idle 1000/)]);
});

test('frames sent count as well', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  openDeadlines.watchIdleness(wire, 800);
  for (let i = 0; i < 10; i++) {
    clock.advance(500);
    wire.send('a', false);
  }
  expect(closes).toEqual([]);
});

test('closes with 3000 when the credential ends, or at the time it was moved to', () => {
  const { clock, closes, expireAfter } = theDeadlines();
  expireAfter(100);
  clock.advance(90);
  expireAfter(100);
  clock.advance(90);
  expect(closes).toEqual([]);
  clock.advance(30);
  expect(closes).toEqual([expect.stringMatching(/^expired 3000/)]);
});

test('a credential that has ended already closes at once', () => {
  const { clock, closes, expireAfter } = theDeadlines();
  expireAfter(-5000);
  clock.advance(1);
  expect(closes).toHaveLength(1);
});

const HOUR_MS = 3_600_000;

// One timer waited for the whole hour, in time in which the machine ran.
test('closes soon after the machine wakes that slept through the end of the credential', () => {
  const { clock, closes, expireAfter, setWall } = theDeadlines();
  expireAfter(HOUR_MS);
  clock.advance(60_000);
  setWall(2 * HOUR_MS);
  clock.advance(35_000);
  expect(closes).toEqual([expect.stringMatching(/^expired 3000/)]);
});

test('closes at the time that the clock shows, whether it is set forward or back', () => {
  const { clock, closes, expireAfter, setWall } = theDeadlines();
  expireAfter(HOUR_MS);
  setWall(-HOUR_MS);
  clock.advance(HOUR_MS + 60_000);
  expect(closes).toEqual([]);
  setWall(HOUR_MS / 2);
  clock.advance(HOUR_MS / 2 - 61_000);
  expect(closes).toEqual([]);
  clock.advance(2_000);
  expect(closes).toHaveLength(1);
});

test.each([2 ** 31 + 1, 1e15, Number.MAX_VALUE])('a credential that ends in %d ms does not end at once', (ms) => {
  const { clock, closes, expireAfter } = theDeadlines();
  expireAfter(ms);
  clock.advance(24 * HOUR_MS);
  expect(closes).toEqual([]);
});

test('a credential that never ends takes no timer', () => {
  const { clock, openDeadlines } = theDeadlines();
  openDeadlines.expireAt(Number.POSITIVE_INFINITY);
  expect(clock.pending).toBe(0);
});

test('closes with 1011 when the socket stays paused, and not when it is resumed in time', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  openDeadlines.paused(100);
  clock.advance(90);
  openDeadlines.resumed();
  clock.advance(1000);
  expect(closes).toEqual([]);
  openDeadlines.paused(100);
  clock.advance(120);
  expect(closes).toEqual([expect.stringMatching(/^slow-handler 1011/)]);
});

// Letting the socket go brings frames at once. If they hold it again, the deadline of that was taken away.
test('closes with 1011 when what letting the socket go has brought holds it again, and is not read', async () => {
  const { wire, connection, parent } = accepted({
    limits: { readAheadBytes: 10, pausedWithinMs: 1000 },
    handler: () => new Promise(() => {}),
  });
  wire.deliver('a');
  await connection.receive();
  wire.deliver('x'.repeat(10));
  expect(wire.isPaused).toBe(true);
  wire.resume = () => {
    wire.isPaused = false;
    wire.deliver('y'.repeat(10));
  };
  await connection.receive();
  expect(wire.isPaused).toBe(true);
  parent.clock.advance(1100);
  expect(wire.asked).toContain('close 1011 handler too slow');
});

test('asks for nothing any more when it has ended, and leaves no timer', () => {
  const { clock, closes, openDeadlines, expireAfter } = theDeadlines();
  openDeadlines.watchIdleness(new FakeWire(), 100);
  expireAfter(100);
  openDeadlines.paused(100);
  openDeadlines.end();
  expect(clock.pending).toBe(0);
  clock.advance(1000);
  expect(closes).toEqual([]);
});

test('closes with 3008 when the handler is not ready in time, and not once it is', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  openDeadlines.awaitReady(100);
  clock.advance(90);
  openDeadlines.ready();
  clock.advance(1_000);
  expect(closes).toEqual([]);
  openDeadlines.awaitReady(100);
  clock.advance(130);
  expect(closes).toEqual([expect.stringMatching(/^ready-deadline 3008/)]);
});

test('a connection that closes is not awaited any more', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  openDeadlines.awaitReady(100);
  openDeadlines.end();
  clock.advance(1_000);
  expect(closes).toEqual([]);
});

test('heartbeats are no frames to idleness', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  const beats = { framesIn: 0, framesOut: 0 };
  openDeadlines.watchIdleness(wire, 800, beats);
  for (let i = 0; i < 5; i++) {
    wire.send('ping', false);
    wire.deliver('pong');
    beats.framesOut += 1;
    beats.framesIn += 1;
    clock.advance(200);
  }
  expect(closes).toEqual([expect.stringMatching(/^idle 1000/)]);
});

test('closes with 1008 when the peer has sent nothing for quietWithinMs, whatever this side sends', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  openDeadlines.watchQuiet(wire, 800);
  for (let i = 0; i < 10; i++) {
    wire.deliver('news');
    clock.advance(700);
  }
  expect(closes).toEqual([]);
  for (let i = 0; i < 5; i++) {
    wire.send('ours', false);
    clock.advance(200);
  }
  expect(closes).toEqual([expect.stringMatching(/^quiet 1008/)]);
});

test('answers to heartbeats do not hide that the peer is quiet', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  const beats = { framesIn: 0, framesOut: 0 };
  openDeadlines.watchQuiet(wire, 800, beats);
  for (let i = 0; i < 5; i++) {
    wire.deliver('pong');
    beats.framesIn += 1;
    clock.advance(200);
  }
  expect(closes).toEqual([expect.stringMatching(/^quiet 1008/)]);
});

test('a socket that is paused is not quiet', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  openDeadlines.watchQuiet(wire, 800);
  wire.pause();
  clock.advance(5_000);
  expect(closes).toEqual([]);
  wire.resume();
  clock.advance(1_100);
  expect(closes).toEqual([expect.stringMatching(/^quiet 1008/)]);
});

test('nothing is watched after the end', () => {
  const { clock, closes, openDeadlines } = theDeadlines();
  const wire = new FakeWire();
  openDeadlines.watchQuiet(wire, 800);
  openDeadlines.watchIdleness(wire, 800);
  openDeadlines.end();
  clock.advance(5_000);
  expect(closes).toEqual([]);
});
