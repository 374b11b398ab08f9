import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { CONGESTED, PAUSED, PINGED, WireState } from '../../../src/transport/ws/wire-state.js';

class Flagged extends WireState {
  set(flag: number, isSet: boolean): void {
    this.setFlag(flag, isSet);
  }

  ping(): void {
    this.pingWithoutOutbox(new PassThrough());
  }

  pong(): void {
    this.ponged();
  }

  get trip(): number | undefined {
    return this.tripMs;
  }

  get all(): boolean[] {
    return [PAUSED, CONGESTED, PINGED].map((flag) => this.is(flag));
  }
}

test('flags are set and cleared one by one', () => {
  const wire = new Flagged({
    options: { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false },
    now: () => 7,
  });
  expect(wire.all).toEqual([false, false, false]);
  wire.set(PAUSED, true);
  wire.set(PINGED, true);
  wire.set(PINGED, true);
  expect([wire.isPaused, ...wire.all]).toEqual([true, true, false, true]);
  wire.set(PAUSED, false);
  expect([wire.isPaused, ...wire.all]).toEqual([false, false, false, true]);
});

test.each([
  // sent at, answered at, round trip
  [7.9, 7.95, 0],
  [1_000.5, 1_012.1, 12],
  [65_530, 65_540, 10],
  [1_000_000_000, 1_000_004_093, 4_093],
  [1_000_000_000, 1_000_009_000, 4_094],
])('a Ping sent at %d and answered at %d ms took %d ms, at most 4,094', (sentAt, answeredAt, trip) => {
  let now = sentAt;
  const wire = new Flagged({
    options: { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false },
    now: () => now,
  });
  wire.set(PAUSED, true);
  wire.ping();
  expect([wire.trip, ...wire.all]).toEqual([undefined, true, false, true]);
  now = answeredAt;
  wire.pong();
  expect([wire.trip, ...wire.all]).toEqual([trip, true, false, false]);
  wire.ping();
  expect(wire.trip).toBe(trip);
  now += 1;
  wire.ping();
  now += 1;
  wire.pong();
  expect(wire.trip).toBe(2);
});
