import { expect, test } from 'vitest';
import { pulled } from '../../../../src/supervisor/connection/frames/pulled.js';
import { DataFrame } from '../../../../src/transport/frame.js';

test('is what iterators return, and no more', () => {
  const frame = new DataFrame(Buffer.from('x'), false);
  const result = pulled(frame);
  expect(result).toStrictEqual({ value: frame, done: false });
  expect(result.value).toBe(frame);
});
