import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectionParent } from '../../../src/supervisor/connection/connection-parent.js';
import {
  type LiveConnection,
  livenessDue,
  startLiveness,
  stopLiveness,
} from '../../../src/supervisor/connection/liveness.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import type { HeapClock } from '../../../src/testing/heap-clock.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';

/** A connection that has nothing but its liveness. */
function aLiveConnection(parent: ConnectionParent, wire: FakeWire) {
  const connection = {
    wire,
    parent,
    lazyIfMade: undefined,
    probe: undefined as LiveConnection['probe'],
    wheelSlot: undefined as LiveConnection['wheelSlot'],
    lost: 0,
    onDue: (now: number) => livenessDue(connection, now),
    dispatch() {
      connection.lost += 1;
    },
  };
  return connection;
}

const LIVENESS = { pingEveryMs: 1000, answerWithinMs: 400 };

function aLiveOne(random = 1) {
  const parent = aParent({ liveness: LIVENESS });
  const { clock } = parent;
  const wire = new FakeWire();
  const connection = aLiveConnection(parent, wire);
  startLiveness(connection, () => random);
  const pings = () => wire.asked.filter((asked) => asked === 'ping').length;
  return { clock, wire, connection, pings, lost: () => connection.lost };
}

/** The peer answers everything at once. */
async function answering(clock: HeapClock, wire: FakeWire, forMs: number): Promise<void> {
  for (let passed = 0; passed < forMs; passed += 50) {
    const before = wire.asked.length;
    await clock.advanceAsync(50);
    if (wire.asked.length > before) wire.answerPing(clock.now());
  }
}

test('pings a quiet peer at the interval', async () => {
  const { clock, wire, pings, lost } = aLiveOne();
  await answering(clock, wire, 10_500);
  expect(pings()).toBeGreaterThanOrEqual(10);
  expect(pings()).toBeLessThanOrEqual(11);
  expect(lost()).toBe(0);
});

test('an answer within the same millisecond as the Ping counts', async () => {
  const { clock, wire, pings, lost } = aLiveOne();
  const { ping } = wire;
  wire.ping = () => {
    ping.call(wire);
    wire.answerPing(clock.now());
  };
  await clock.advanceAsync(1700);
  expect([pings(), lost()]).toEqual([1, 0]);
});

// It used to be left alone as long as anything came from it, however little it read.
test('pings a peer that sends as well, and detects one that stopped reading with the second Ping', async () => {
  const { clock, wire, pings, lost } = aLiveOne();
  const talking = async (forMs: number) => {
    for (let passed = 0; passed < forMs; passed += 100) {
      wire.heardAt = clock.now();
      await clock.advanceAsync(100);
    }
  };
  await talking(2000);
  expect([pings(), lost()]).toEqual([2, 0]);
  await talking(2 * LIVENESS.pingEveryMs + (LIVENESS.answerWithinMs * 17) / 16 - 2000);
  expect([pings(), lost()]).toEqual([2, 1]);
});

test('a peer that sends and answers is never lost', async () => {
  const { clock, wire, pings, lost } = aLiveOne();
  for (let i = 0; i < 100; i++) {
    const before = pings();
    await clock.advanceAsync(100);
    wire.heardAt = clock.now();
    if (pings() > before) wire.answerPing(clock.now());
  }
  expect(pings()).toBeGreaterThanOrEqual(10);
  expect(lost()).toBe(0);
});

test('reports once that a peer which does not answer in time is lost', async () => {
  const { clock, pings, lost } = aLiveOne();
  await clock.advanceAsync(1300);
  expect([pings(), lost()]).toEqual([1, 0]);
  await clock.advanceAsync(200);
  expect(lost()).toBe(1);
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(1);
});

test.each([
  // random   first ping, in ms after the opening
  [0.1, 503],
  [0.4, 640],
  [0.6, 732],
  [0.9, 869],
])(
  'a phase of %d pings for the first time after %d ms, and keeps its phase, whenever the answer comes',
  async (random, firstPing) => {
    const { clock, wire, pings } = aLiveOne(random);
    await clock.advanceAsync(firstPing - 2);
    expect(pings()).toBe(0);
    await clock.advanceAsync(60);
    expect(pings()).toBe(1);
    wire.answerPing(clock.now());
    await clock.advanceAsync(850);
    expect(pings()).toBe(1);
    await clock.advanceAsync(100);
    expect(pings()).toBe(2);
  },
);

test('silence does not count while the socket is paused, and does from then on', async () => {
  const { clock, wire, lost } = aLiveOne();
  await clock.advanceAsync(1100);
  wire.isPaused = true;
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(0);
  wire.isPaused = false;
  await clock.advanceAsync(900);
  expect(lost()).toBe(1);
});

test('a peer that takes bytes which had waited for it is alive, and lost once it takes no more', async () => {
  const { clock, wire, lost } = aLiveOne();
  wire.bytesOut = 100_000;
  wire.bufferedBytes = 60_000;
  await clock.advanceAsync(1100);
  for (let i = 0; i < 30; i++) {
    wire.bufferedBytes -= 1000;
    await clock.advanceAsync(200);
  }
  expect(lost()).toBe(0);
  await clock.advanceAsync(900);
  expect(lost()).toBe(1);
});

test('bytes that the kernel takes although nothing had waited are no sign of life', async () => {
  const { clock, wire, lost } = aLiveOne();
  await clock.advanceAsync(1000);
  for (let i = 0; i < 5; i++) {
    wire.bytesOut += 1000;
    await clock.advanceAsync(100);
  }
  expect(lost()).toBe(1);
});

test('a peer has time to read what precedes the Ping', async () => {
  const { clock, wire, lost } = aLiveOne();
  wire.unprovenBytes = 64 * 1024 + 16 * 5000;
  await clock.advanceAsync(5000);
  expect(lost()).toBe(0);
  await clock.advanceAsync(2000);
  expect(lost()).toBe(1);
});

test('a peer in the midst of a frame cannot answer, as long as the frame goes on', async () => {
  const { clock, wire, lost } = aLiveOne();
  wire.isReceiving = true;
  for (let i = 0; i < 100; i++) {
    wire.heardAt = clock.now();
    await clock.advanceAsync(100);
  }
  expect(lost()).toBe(0);
  await clock.advanceAsync(3000);
  expect(lost()).toBe(1);
});

/**
 * A loop that is blocked at times: timers that are due then run afterwards, and bytes are read afterwards.
 */
function blocked(stalls: readonly (readonly [atMs: number, forMs: number])[]) {
  const parent = aParent({ liveness: LIVENESS });
  const { clock } = parent;
  const endOf = (at: number) =>
    stalls.reduce((end, [from, forMs]) => (end >= from && end < from + forMs ? from + forMs : end), at);
  const late = {
    ...clock,
    now: clock.now,
    setTimeout: (fn: () => void, ms: number) =>
      clock.setTimeout(fn, endOf(clock.now() + Math.max(1, ms)) - clock.now()),
  };
  const wire = new FakeWire();
  const wheel = new Wheel(late, () => {});
  const connection = aLiveConnection({ ...parent, services: { ...parent.services, clock: late, wheel } }, wire);
  return { clock, wire, connection, endOf };
}

/** Times at which the loop is blocked, and for how long: gaps and stalls in turn. */
const patterns = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 5000 })), { maxLength: 30 })
  .map((pairs) => {
    let at = 0;
    return pairs.map(([gapMs, forMs]): readonly [number, number] => {
      const from = at + gapMs;
      at = from + forMs;
      return [from, forMs];
    });
  });

describe('whatever the pattern of stalls', () => {
  test('a peer that answers in time is never lost', async () => {
    await fc.assert(
      fc.asyncProperty(
        patterns,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: LIVENESS.answerWithinMs }),
        async (stalls, random, answerMs) => {
          const { clock, wire, connection, endOf } = blocked(stalls);
          wire.ping = () => {
            wire.awaitsPong = true;
            // The answer is in the kernel by then, and read when the loop turns: after the timers that were due.
            const readAt = endOf(clock.now() + answerMs);
            clock.setTimeout(() => setImmediate(() => wire.answerPing(clock.now())), readAt - clock.now());
          };
          startLiveness(connection, () => random);
          for (let i = 0; i < 20; i++) await clock.advanceAsync(1000);
          expect(connection.lost).toBe(0);
          stopLiveness(connection);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a silent peer is found within pingEveryMs, answerWithinMs, and the stalls within', async () => {
    await fc.assert(
      fc.asyncProperty(patterns, fc.double({ min: 0, max: 1, noNaN: true }), async (stalls, random) => {
        const { clock, connection } = blocked(stalls);
        startLiveness(connection, () => random);
        const { pingEveryMs, answerWithinMs } = LIVENESS;
        let at = 0;
        while (connection.lost === 0) {
          expect(at, 'found at last').toBeLessThan(300_000);
          await clock.advanceAsync(10);
          at += 10;
        }
        const stalledMs = stalls.reduce((sum, [from, forMs]) => sum + Math.max(0, Math.min(forMs, at - from)), 0);
        // What is looked at again after a stall is looked at to within a sixteenth, and here in steps of 10 ms.
        expect(at).toBeLessThanOrEqual(pingEveryMs + answerWithinMs + stalledMs + answerWithinMs / 16 + 12);
      }),
      { numRuns: 60 },
    );
  });

  // One timer that was late used to excuse the peer for another whole answerWithinMs: it was never found.
  test('a loop that is never on time finds a silent peer', async () => {
    const always = Array.from({ length: 1000 }, (_, i): readonly [number, number] => [i * 501 + 1, 500]);
    const { clock, connection } = blocked(always);
    startLiveness(connection, () => 1);
    await clock.advanceAsync(LIVENESS.pingEveryMs + 2 * LIVENESS.answerWithinMs + 3 * 500);
    expect(connection.lost).toBe(1);
  });
});

test('what comes in the very turn in which the deadline falls is read first', async () => {
  const { clock, wire, lost } = aLiveOne();
  await clock.advanceAsync(1100);
  clock.advance(400);
  wire.answerPing(clock.now() + 1);
  await clock.advanceAsync(1);
  expect(lost()).toBe(0);
});

test('stopped, it sends no Ping and loses no peer', async () => {
  const { clock, connection, lost } = aLiveOne();
  await clock.advanceAsync(1100);
  clock.advance(400);
  stopLiveness(connection);
  await clock.advanceAsync(10_000);
  expect(lost()).toBe(0);
  expect(clock.pending).toBe(0);
});

test('without liveness nothing is sent', async () => {
  const parent = aParent({ liveness: false });
  startLiveness(aLiveConnection(parent, new FakeWire()), () => 1);
  expect(parent.clock.pending).toBe(0);
});
