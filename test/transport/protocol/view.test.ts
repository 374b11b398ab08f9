import { expect, test } from 'vitest';
import { viewOf } from '../../../src/transport/protocol/view.js';
import { exposedGc } from '../../support/exposed-gc.js';
import { settled } from '../../support/settled.js';

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
    expect(view.buffer).toBe(bytes.buffer);
    expect(view.byteOffset).toBe(bytes.byteOffset + 2);
  }
});

test('a large buffer is not kept because a view was made of it', async () => {
  const viewed = (() => {
    const large = Buffer.allocUnsafeSlow(64 * 1024 + 1);
    viewOf(large, 0, 1);
    return new WeakRef(large.buffer);
  })();
  // A WeakRef is strong until the end of the turn that made it.
  await settled();
  exposedGc()();
  expect(viewed.deref()).toBeUndefined();
});
