import { describe, expect, test } from 'vitest';
import {
  factsText,
  isSameSubject,
  stepsOf,
  subjectKey,
  withDetail,
} from '../../../../../src/inspect/dashboard/page/model/timeline.js';
import type { Detail, ShownEntry } from '../../../../../src/inspect/dashboard/protocol/detail.js';

const note = (number: number, name = 'ping.answered'): ShownEntry => ({
  kind: 'note',
  number,
  at: number,
  note: name,
  facts: {},
});
const detail = (connectionId: string, timelineFrom: number, timeline: ShownEntry[]): Detail => ({
  type: 'detail',
  at: 0,
  subject: { machine: 'connection', connectionId },
  machine: 'connection',
  presence: 'live',
  timeline,
  timelineFrom,
  timelineMissed: 0,
});
const numbers = ({ timeline }: Detail) => timeline.map(({ number }) => number);

describe('a later detail', () => {
  test('adds its part to the timeline', () => {
    expect(numbers(withDetail(detail('a', 0, [note(0), note(1)]), detail('a', 2, [note(2)])))).toEqual([0, 1, 2]);
  });

  test('replaces what stood from its number on', () => {
    const later = withDetail(detail('a', 0, [note(0), note(1)]), detail('a', 1, [note(1, 'reading.paused')]));
    expect(later.timeline).toMatchObject([{ number: 0 }, { number: 1, note: 'reading.paused' }]);
  });

  test('of another subject has nothing of the first', () => {
    expect(numbers(withDetail(detail('a', 0, [note(0)]), detail('b', 3, [note(3)])))).toEqual([3]);
  });
});

test('subjects are the same by what identifies them', () => {
  expect(isSameSubject(detail('a', 0, []), detail('a', 9, []))).toBe(true);
  expect(isSameSubject(detail('a', 0, []), detail('b', 0, []))).toBe(false);
  const keys = [
    subjectKey({ machine: 'dialer', supervisor: 'a', childId: 'b' }),
    subjectKey({ machine: 'dialer', supervisor: 'b', childId: 'a' }),
    subjectKey({ machine: 'supervisor', supervisor: 'a' }),
    subjectKey({ machine: 'connection', connectionId: 'a' }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('the steps of a timeline are its entries without the notes', () => {
  const step = { kind: 'step', number: 1, at: 0, from: 'a', to: 'b', effects: [] } as const;
  expect(stepsOf([note(0), step])).toEqual([step]);
});

test('facts are named, and numbers are short', () => {
  expect(factsText({ roundTripMs: 2.71999, threw: false, verdict: 'retry' })).toBe(
    'roundTripMs: 2.72, threw: false, verdict: retry',
  );
});
