import { expect, test } from 'vitest';
import { CONGESTED, PAUSED, PINGED, WireState } from '../../../src/transport/ws/wire-state.js';

class Flagged extends WireState {
  set(flag: number, isSet: boolean): void {
    this.setFlag(flag, isSet);
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
