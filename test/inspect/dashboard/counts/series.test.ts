import { expect, test } from 'vitest';
import { merged, SampleRing } from '../../../../src/inspect/dashboard/counts/series.js';
import { aSample } from '../../../support/a-sample.js';

test('keeps ten minutes of seconds, oldest first', () => {
  const ring = new SampleRing('second');
  for (let at = 1; at <= 700; at += 1) ring.add(aSample({ at, open: at * 2 }));
  const { at, open, resolution } = ring.toJSON();
  expect([resolution, at.length, at[0], at.at(-1), open[0]]).toEqual(['second', 600, 101, 700, 202]);
});

test('keeps a day of minutes', () => {
  const ring = new SampleRing('minute');
  for (let at = 1; at <= 1500; at += 1) ring.add(aSample({ at }));
  expect(ring.toJSON().at.length).toBe(1440);
});

test('has a column for each trigger that occurred, and none for others', () => {
  const ring = new SampleRing('second');
  ring.add(aSample({ at: 1 }));
  ring.add(aSample({ at: 2, endings: { idle: 2 } }));
  ring.add(aSample({ at: 3, endings: { drained: 1 } }));
  expect(ring.toJSON().endings).toEqual({ idle: [0, 2, 0], drained: [0, 0, 1] });
  for (let at = 4; at < 700; at += 1) ring.add(aSample({ at }));
  expect(ring.toJSON().endings).toEqual({});
});

test('of a minute counts are summed, levels are the last, lag is the greatest, and load the mean', () => {
  const minute = merged([
    aSample({ at: 1, open: 5, opened: 2, loopLagMs: 9, loopBusy: 0.5, endings: { idle: 1 } }),
    aSample({ at: 2, open: 4, opened: 3, loopLagMs: 3, loopBusy: 0.25, endings: { idle: 2, drained: 1 } }),
  ]);
  expect(minute).toMatchObject({ at: 2, open: 4, opened: 5, loopLagMs: 9, loopBusy: 0.375 });
  expect(minute.endings).toEqual({ idle: 3, drained: 1 });
});
