import { expect, test } from 'vitest';
import { CONGESTED, PAUSED, PINGED, WireMarks } from '../../../src/transport/ws/wire-marks.js';

class Marked extends WireMarks {
  set(mark: number, isSet: boolean): void {
    this.mark(mark, isSet);
  }

  get all(): boolean[] {
    return [PAUSED, CONGESTED, PINGED].map((mark) => this.is(mark));
  }
}

test('marks are set and cleared each by itself', () => {
  const marked = new Marked({
    options: { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false },
    now: () => 7,
  });
  expect(marked.all).toEqual([false, false, false]);
  marked.set(PAUSED, true);
  marked.set(PINGED, true);
  marked.set(PINGED, true);
  expect([marked.isPaused, ...marked.all]).toEqual([true, true, false, true]);
  marked.set(PAUSED, false);
  expect([marked.isPaused, ...marked.all]).toEqual([false, false, false, true]);
});
