import { expect, test } from 'vitest';
import type { Queued } from '../../../../src/transport/ws/socket/queued.js';
import { SendQueue } from '../../../../src/transport/ws/write/send-queue.js';

const large: Queued = { framed: Buffer.alloc(10), tail: Buffer.alloc(90), payloadBytes: 90 };
const control: Queued = { framed: Buffer.alloc(2), payloadBytes: undefined };
const several: Queued = { framed: Buffer.alloc(20), payloadBytes: 12, frames: 4 };

function queueOf(...messages: Queued[]): SendQueue {
  const queue = new SendQueue();
  for (const message of messages) queue.push(message);
  return queue;
}

const countsOf = ({ length, bytes, messages }: SendQueue) => ({ length, bytes, messages });

test('counts bytes on the wire, and the data messages with their payload', () => {
  expect(countsOf(new SendQueue())).toEqual({ length: 0, bytes: 0, messages: { frames: 0, bytes: 0 } });
  expect(countsOf(queueOf(several, control, large))).toEqual({
    length: 3,
    bytes: 122,
    messages: { frames: 5, bytes: 102 },
  });
});

test.each([
  // waiting                    most       taken                     areLarge frames bytes  remaining
  [[several, control, large], undefined, [several, control, large], true, 5, 102, 0],
  [[several, control, large], 121, [several, control], false, 4, 12, 100],
  [[large, several], 10, [large], true, 1, 90, 20], // at least one, however large
])('takes as many messages as make one sensible write: %#', (waiting, most, parts, areLarge, frames, bytes, left) => {
  const queue = queueOf(...waiting);
  const size = queue.bytes;
  const taken = queue.take(most);
  expect(taken).toEqual({ parts, size: size - queue.bytes, areLarge, frames, bytes });
  expect([queue.length, queue.bytes]).toEqual([waiting.length - parts.length, left]);
});

test('what is put first is taken first', () => {
  const queue = queueOf(several);
  queue.pushFirst(control);
  expect(queue.bytes).toBe(22);
  expect(queue.take().parts).toEqual([control, several]);
});

test('is empty once it is cleared', () => {
  const queue = queueOf(several, large);
  queue.clear();
  expect(countsOf(queue)).toEqual({ length: 0, bytes: 0, messages: { frames: 0, bytes: 0 } });
});
