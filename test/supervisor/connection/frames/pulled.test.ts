import { expect, test } from 'vitest';
import { Pulled } from '../../../../src/supervisor/connection/frames/pulled.js';
import { DataFrame } from '../../../../src/transport/frame.js';

test('is what iterators return, of a class of its own', () => {
  const frame = new DataFrame(Buffer.from('x'), false);
  const pulled = new Pulled(frame);
  expect(pulled).toMatchObject({ value: frame, done: false });
  expect(Object.getPrototypeOf(pulled)).not.toBe(Object.prototype);
});
