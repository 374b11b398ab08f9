import { expect, test } from 'vitest';
import { DataFrame } from '../../src/transport/frame.js';

test('a frame reads as its text, in every way a text is made of an object', () => {
  const frame = new DataFrame(Buffer.from('schön'), false);
  expect(String(frame)).toBe('schön');
  expect(frame.toString()).toBe('schön');
  expect(['a', frame].join()).toBe('a,schön');
});

test('a binary frame reads as UTF-8, whatever its bytes are', () => {
  expect(String(new DataFrame(Buffer.from('bytes'), true))).toBe('bytes');
  expect(String(new DataFrame(Buffer.from([0xff]), true))).toBe('\u{fffd}');
});

test('has what it always had, and nothing else', () => {
  expect(new DataFrame(Buffer.from('x'), false)).toEqual({ data: Buffer.from('x'), isBinary: false });
  expect(Object.fromEntries(Object.entries(new DataFrame(Buffer.from('x'), false)))).toStrictEqual({
    data: Buffer.from('x'),
    isBinary: false,
  });
});
