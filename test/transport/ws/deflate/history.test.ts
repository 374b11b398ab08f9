import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History } from '../../../../src/transport/ws/deflate/history.js';
import { seed } from '../../../support/seed.js';

test('holds the last bytes of everything, as many as the window has', () => {
  process.stdout.write(`history test: WIREKEEPER_SEED=${seed}\n`);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 700 }), { maxLength: 40 }), (sizes) => {
      const history = new History(8);
      let all = Buffer.alloc(0);
      for (const [i, size] of sizes.entries()) {
        const data = Buffer.alloc(size, i + 1);
        history.add(data);
        all = Buffer.concat([all, data]);
        expect(history.bytes.equals(all.subarray(-256))).toBe(true);
      }
    }),
    { seed },
  );
});

test('takes memory as it comes to need it', () => {
  const history = new History(15);
  history.add(Buffer.alloc(100));
  expect(history.bytes.buffer.byteLength).toBe(1024);
  for (let i = 0; i < 100; i++) history.add(Buffer.alloc(10_000));
  expect(history.bytes.buffer.byteLength).toBeLessThanOrEqual(48 * 1024);
});
