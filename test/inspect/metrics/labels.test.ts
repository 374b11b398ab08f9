import { expect, test } from 'vitest';
import { ChildLabels, statusLabel } from '../../../src/inspect/metrics/labels.js';

test.each([
  [101, '101'],
  [404, '404'],
  [499, '499'],
  [599, 'other'],
  [799, 'other'],
  [0, 'none'],
  [undefined, 'none'],
])('the status %s is the label %s', (status, label) => {
  expect(statusLabel(status)).toBe(label);
});

test('any number of statuses has at most as many labels as HTTP has statuses', () => {
  const labels = new Set(Array.from({ length: 10_000 }, (_, status) => statusLabel(status)));
  expect(labels.size).toBeLessThan(70);
});

test('ids of children keep their labels, up to a bound', () => {
  const labels = new ChildLabels(2);
  expect(['a', 'b', 'c', 'a', undefined].map((id) => labels.of(id).child)).toEqual(['a', 'b', 'other', 'a', 'other']);
});

test('with a bound of 0 there is no label', () => {
  expect(new ChildLabels(0).of('a')).toEqual({});
});
