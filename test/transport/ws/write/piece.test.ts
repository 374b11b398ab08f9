import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchOf, join, type Queued } from '../../../../src/transport/ws/socket/queued.js';
import { enqueue, Piece, queuedOf } from '../../../../src/transport/ws/write/piece.js';

test('small messages that wait are joined, in order, and each is counted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 1500 }), fc.boolean()), { maxLength: 60 }), (messages) => {
      const queue: Queued[] = [];
      for (const [bytes, isControl] of messages)
        enqueue(queue, queuedOf(Buffer.from(bytes), isControl ? undefined : bytes.length));
      const whole = Buffer.concat(messages.map(([bytes]) => bytes));
      const data = messages.filter(([, isControl]) => !isControl);
      const { size, frames, bytes } = batchOf(queue, Number.POSITIVE_INFINITY);
      expect([size, frames, bytes]).toEqual([
        whole.length,
        data.length,
        data.reduce((sum, [{ length }]) => sum + length, 0),
      ]);
      if (queue.length > 0) expect(join(queue).equals(whole)).toBe(true);
    }),
  );
});

// 4 MiB of messages of one byte held 300 MB.
test('a million small messages take hardly more places than their bytes need', () => {
  const queue: Queued[] = [];
  for (let i = 0; i < 1_000_000; i++) enqueue(queue, queuedOf(Buffer.from('abc'), 1));
  expect(queue.length).toBeLessThan(250);
});

test('a message that others have too is not joined', () => {
  const shared: Queued = { framed: Buffer.from('shared'), payloadBytes: 6 };
  const queue: Queued[] = [];
  enqueue(queue, shared);
  enqueue(queue, new Piece(Buffer.from('own'), 3, 1));
  enqueue(queue, shared);
  expect(queue.map(({ framed }) => framed.toString())).toEqual(['shared', 'own', 'shared']);
});
