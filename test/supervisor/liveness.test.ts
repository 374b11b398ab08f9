import { expect, test } from 'vitest';
import { Pulsing } from '../../src/supervisor/liveness.js';
import { Wheel } from '../../src/supervisor/wheel.js';
import type { HeapClock } from '../../src/testing/heap-clock.js';
import { aHome } from '../support/a-home.js';
import { FakeWire } from '../support/fake-wire.js';

/** A connection that has nothing but a pulse. */
class PulsingOnly extends Pulsing {
  lost = 0;

  begin(wire: FakeWire, random: number): void {
    this.wire = wire;
    this.startPulse(() => random);
  }

  end(): void {
    this.stopPulse();
  }

  livenessLost(): void {
    this.lost += 1;
  }
}

const LIVENESS = { pingEveryMs: 1000, answerWithinMs: 400 };

function aPulse(random = 1) {
  const home = aHome({ liveness: LIVENESS });
  const { clock } = home;
  const wire = new FakeWire();
  const pulse = new PulsingOnly({ id: 'c1', home, role: 'accepted' });
  pulse.begin(wire, random);
  const pings = () => wire.asked.filter((asked) => asked === 'ping').length;
  return { clock, wire, pulse, pings, lost: () => pulse.lost };
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
  const home = aHome({ liveness: LIVENESS });
  const { clock } = home;
  // Every timer is a second late, as after a SIGSTOP.
  const late = { ...clock, now: () => clock.now(), setTimeout: (fn: () => void, ms: number) => clock.setTimeout(fn, ms + 1000) };
  const wire = new FakeWire();
  const pulse = new PulsingOnly({ id: 'c1', home: { ...home, shared: { ...home.shared, clock: late, wheel: new Wheel(late, () => {}) } }, role: 'accepted' });
  pulse.begin(wire, 1);
  await clock.advanceAsync(4000);
  expect(wire.asked).toEqual(['ping']);
  expect(pulse.lost).toBe(0);
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
  pulse.end();
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(0);
  expect(clock.pending).toBe(0);
});

test('without liveness there is none', async () => {
  const home = aHome({ liveness: false });
  new PulsingOnly({ id: 'c1', home, role: 'accepted' }).begin(new FakeWire(), 1);
  expect(home.clock.pending).toBe(0);
});
