import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BINARY, frameOf } from '../../../../src/transport/protocol/framing.js';
import { join, type Queued } from '../../../../src/transport/ws/socket/queued.js';
import { enqueue, Piece, queuedFrame } from '../../../../src/transport/ws/write/piece.js';
import { frameBytes, OP } from '../../../support/frame-bytes.js';

test('small messages that wait are joined, in order, and each is counted', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 1500 }), fc.boolean()), { maxLength: 60 }), (messages) => {
      const queue: Queued[] = [];
      for (const [bytes, isControl] of messages)
        enqueue(queue, queuedFrame(BINARY, bytes, isControl ? undefined : bytes.length, 'lent'));
      const whole = Buffer.concat(messages.map(([bytes]) => frameOf(BINARY, bytes, false)));
      const data = messages.filter(([, isControl]) => !isControl);
      expect(queue.reduce((sum, { framed }) => sum + framed.length, 0)).toBe(whole.length);
      const counted = queue.filter(({ payloadBytes }) => payloadBytes !== undefined);
      expect(counted.reduce((sum, { frames = 1 }) => sum + frames, 0)).toBe(data.length);
      expect(counted.reduce((sum, { payloadBytes = 0 }) => sum + payloadBytes, 0)).toBe(
        data.reduce((sum, [{ length }]) => sum + length, 0),
      );
      if (queue.length > 0) expect(join(queue).equals(whole)).toBe(true);
    }),
  );
});

// 4 MiB of messages of one byte held 300 MB.
test('a million small messages take hardly more places than their bytes need', () => {
  const queue: Queued[] = [];
  for (let i = 0; i < 1_000_000; i++) enqueue(queue, queuedFrame(BINARY, Buffer.from('a'), 1, 'lent'));
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

test('a large payload is not copied, unless it is masked', () => {
  const data = Buffer.alloc(5000);
  const plain = queuedFrame(BINARY, data, data.length, 'lent');
  expect(plain.tail).toBe(data);
  expect(plain.framed.length).toBe(4);
  const masked = queuedFrame(BINARY, data, data.length, 'masked');
  expect(masked.tail).toBeUndefined();
  expect(masked.framed.length).toBe(data.length + 8);
});

test('a large payload that may wait is copied to memory that is used again, unless it is masked or too large for that', () => {
  const data = Buffer.alloc(20_000, 'a');
  const { tail, room } = queuedFrame(BINARY, data, data.length, 'copied');
  expect(tail?.equals(data)).toBe(true);
  expect([tail?.buffer === data.buffer, room?.length]).toEqual([false, 32_768]);
  expect(queuedFrame(BINARY, data, data.length, 'masked')).not.toHaveProperty('room');
  const larger = Buffer.alloc(70_000);
  expect(queuedFrame(BINARY, larger, larger.length, 'copied')).toMatchObject({ tail: larger });
});

test('a large payload is joined with its header for a socket that would join them itself, if it is not too large', () => {
  const data = Buffer.alloc(20_000, 'a');
  const { framed, tail, room } = queuedFrame(BINARY, data, data.length, 'joined');
  expect(framed.equals(frameBytes({ opcode: OP.binary, payload: data }))).toBe(true);
  expect([tail, framed.buffer === room?.buffer, room?.length]).toEqual([undefined, true, 32_768]);
  const whole = Buffer.alloc(65_532);
  expect(queuedFrame(BINARY, whole, whole.length, 'joined').room).toHaveLength(65_536);
  const larger = Buffer.alloc(65_533);
  expect(queuedFrame(BINARY, larger, larger.length, 'joined')).toMatchObject({ tail: larger });
});
