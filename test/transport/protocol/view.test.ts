import { expect, test } from 'vitest';
import { viewOf } from '../../../src/transport/protocol/view.js';

test.each([
  ['a part', 2, 5],
  ['all', 0, 10],
  ['nothing', 10, 10],
])('is the same as subarray: %s', (_part, from, to) => {
  // In Node's pool, so that its memory does not begin with it.
  const bytes = Buffer.from('wirekeeper');
  const view = viewOf(bytes, from, to);
  const expected = bytes.subarray(from, to);
  expect(view).toEqual(expected);
  expect([view.buffer, view.byteOffset]).toEqual([expected.buffer, expected.byteOffset]);
  expect(Buffer.isBuffer(view) && view.constructor === Buffer).toBe(true);
});

test.each([10, 64 * 1024, 64 * 1024 + 1])('of one buffer after another, of %i bytes', (size) => {
  const [one, two] = [Buffer.alloc(size, 1), Buffer.alloc(size, 2)];
  const behind = Buffer.allocUnsafeSlow(2 * size)
    .fill(3)
    .subarray(size);
  for (const bytes of [one, one, two, one, behind, behind, two]) {
    const view = viewOf(bytes, 2, 8);
    expect(view).toEqual(bytes.subarray(2, 8));
    expect([view.buffer, view.byteOffset]).toEqual([bytes.buffer, bytes.byteOffset + 2]);
  }
});
