import { expect, test } from 'vitest';
import { notText, tooBig } from '../../../src/transport/ws/inflate-faults.js';
import { closeCodeOf } from '../../../src/transport/ws/ws.js';

test('faults are answered as those of ws are', () => {
  expect(closeCodeOf(tooBig())).toBe(1009);
  expect(closeCodeOf(notText())).toBe(1007);
});
