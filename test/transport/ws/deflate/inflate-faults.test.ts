import { expect, test } from 'vitest';
import { notText, tooBig } from '../../../../src/transport/ws/deflate/inflate-faults.js';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';

test('faults are answered as those of ws are', () => {
  expect(closeCodeOf(tooBig())).toBe(1009);
  expect(closeCodeOf(notText())).toBe(1007);
});
