import { expect, test } from 'vitest';
import { Pulse } from '../../src/supervisor/liveness.js';
import { Wheel } from '../../src/supervisor/wheel.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { FakeWire } from '../support/fake-wire.js';

function aPulse(random = 1) {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, () => {});
  const wire = new FakeWire();
  let lost = 0;
  const pulse = new Pulse({ pulseWire: wire, pulseSettings: { pingEveryMs: 1000, answerWithinMs: 400 }, wheel, clock, livenessLost: () => (lost += 1) });
  pulse.start(() => random);
  const pings = () => wire.asked.filter((asked) => asked === 'ping').length;
  return { clock, wire, pulse, pings, lost: () => lost };
}

/** The peer answers everything at once. */
async function answering(clock: HeapClock, wire: FakeWire, forMs: number): Promise<void> {
  for (let passed = 0; passed < forMs; passed += 50) {
    const before = wire.asked.length;
    await clock.advanceAsync(50);
    if (wire.asked.length > before) wire.heardAt = clock.now();
  }
}

test('pings a quiet peer at the interval', async () => {
  const { clock, wire, pings, lost } = aPulse();
  await answering(clock, wire, 10_500);
  expect(pings()).toBeGreaterThanOrEqual(9);
  expect(pings()).toBeLessThanOrEqual(10);
  expect(lost()).toBe(0);
});

test('an answer within the same millisecond as the Ping counts', async () => {
  const { clock, wire, pings, lost } = aPulse();
  const { ping } = wire;
  wire.ping = () => {
    ping.call(wire);
    wire.heardAt = clock.now();
  };
  await clock.advanceAsync(1700);
  expect([pings(), lost()]).toEqual([1, 0]);
});

test('does not ping a peer that has been heard just now', async () => {
  const { clock, wire, pings } = aPulse();
  for (let i = 0; i < 100; i++) {
    wire.heardAt = clock.now();
    await clock.advanceAsync(100);
  }
  expect(pings()).toBe(0);
});

test('says once that a peer is lost which answers nothing in time', async () => {
  const { clock, pings, lost } = aPulse();
  await clock.advanceAsync(1300);
  expect([pings(), lost()]).toEqual([1, 0]);
  await clock.advanceAsync(200);
  expect(lost()).toBe(1);
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(1);
});

test.each([
  // random   first ping, in ms after the opening
  [0.1, 1100],
  [0.4, 1400],
  [0.6, 600],
  [0.9, 900],
])('a phase of %d pings for the first time after %d ms, and keeps its phase although the peer is heard', async (random, firstPing) => {
  const { clock, wire, pings } = aPulse(random);
  await clock.advanceAsync(firstPing - 10);
  expect(pings()).toBe(0);
  await clock.advanceAsync(80);
  expect(pings()).toBe(1);
  wire.heardAt = clock.now();
  await clock.advanceAsync(900);
  expect(pings()).toBe(1);
});

test('silence does not count while the socket is paused', async () => {
  const { clock, wire, lost } = aPulse();
  await clock.advanceAsync(1100);
  wire.isPaused = true;
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(0);
  wire.isPaused = false;
  await clock.advanceAsync(500);
  expect(lost()).toBe(1);
});

test('silence does not count while this process stalled: the answer may lie unread', async () => {
  const clock = createHeapClock();
  // Every timer is a second late, as after a SIGSTOP.
  const late = { ...clock, now: () => clock.now(), setTimeout: (fn: () => void, ms: number) => clock.setTimeout(fn, ms + 1000) };
  const wheel = new Wheel(late, () => {});
  const wire = new FakeWire();
  let lost = 0;
  const settings = { pingEveryMs: 1000, answerWithinMs: 400 };
  new Pulse({ pulseWire: wire, pulseSettings: settings, wheel, clock: late, livenessLost: () => (lost += 1) }).start(() => 1);
  await clock.advanceAsync(4000);
  expect(wire.asked).toEqual(['ping']);
  expect(lost).toBe(0);
});

test('what comes in the very turn in which the deadline falls is read first', async () => {
  const { clock, wire, lost } = aPulse();
  await clock.advanceAsync(1100);
  clock.advance(400);
  wire.heardAt = clock.now() + 1;
  await clock.advanceAsync(1);
  expect(lost()).toBe(0);
});

test('stopped, it neither pings nor judges', async () => {
  const { clock, pulse, lost } = aPulse();
  await clock.advanceAsync(1100);
  clock.advance(400);
  pulse.stop();
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(0);
  expect(clock.pending).toBe(0);
});
