import { expect, test } from 'vitest';
import { statement, topicPosition, wrap } from '../../../src/cluster/api/envelope.js';

const text = (data: string) => ({ data: Buffer.from(data), isBinary: false });
const start = { epoch: 'e', offset: 5, at: 10 };

test('a text has its offset and a space in front, a binary message eight bytes', () => {
  expect(wrap(57, { payload: Buffer.from('hi there'), isBinary: false })).toEqual(text('+57 hi there'));
  expect(wrap(258, { payload: Buffer.from([9]), isBinary: true })).toEqual({
    data: Buffer.from([0, 0, 0, 0, 0, 0, 1, 2, 9]),
    isBinary: true,
  });
});

test('a reader has the messages as they were, and the position after them', () => {
  const reader = topicPosition(start);
  expect(reader.read(wrap(6, { payload: Buffer.from(' a b'), isBinary: false }))).toEqual({
    type: 'message',
    frame: text(' a b'),
  });
  expect(reader.read(wrap(9, { payload: Buffer.from([7, 8]), isBinary: true }))).toEqual({
    type: 'message',
    frame: { data: Buffer.from([7, 8]), isBinary: true },
  });
  expect([reader.position, String(reader)]).toEqual([{ ...start, offset: 9 }, 'e:9:10']);
});

test('a message that was read before is none', () => {
  expect(topicPosition(start).read(wrap(5, { payload: Buffer.from('x'), isBinary: false }))).toBeUndefined();
});

test('a statement sets the position, also one of another history', () => {
  const reader = topicPosition(start);
  const other = { epoch: 'f', offset: 1, at: 20 };
  expect(reader.read(text(statement(other, false)))).toEqual({ type: 'position', isComplete: false });
  expect(reader.position).toEqual(other);
  expect(reader.read(text(statement(start, true)))).toEqual({ type: 'position', isComplete: true });
});

test('before the first there is no position', () => {
  expect([topicPosition().position, String(topicPosition())]).toEqual([undefined, '']);
});

test.each(['', 'hello', '+x y', '5 y', '=e:1 complete', '+', '='])('%j is no frame of a topic', (data) => {
  expect(topicPosition(start).read(text(data))).toBeUndefined();
});

test('a binary message that is too short for an offset is no frame of a topic', () => {
  expect(topicPosition().read({ data: Buffer.alloc(7), isBinary: true })).toBeUndefined();
});
