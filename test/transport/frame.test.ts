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

test('gives its text, and what that is as JSON', () => {
  const frame = new DataFrame(Buffer.from('{"price":"schön"}'), false);
  expect(frame.text()).toBe('{"price":"schön"}');
  expect(frame.json()).toEqual({ price: 'schön' });
  expect(new DataFrame(Buffer.from('7'), true).json()).toBe(7);
  expect(new DataFrame(Buffer.from([0x61, 0xff]), true).text()).toBe('a\u{fffd}');
});

test.each(['', 'hello', '{"price":', '\ufeff{}'])('throws a SyntaxError for what is not JSON: %j', (text) => {
  expect(() => new DataFrame(Buffer.from(text), false).json()).toThrow(SyntaxError);
});

test('has what it always had as members of its own, and nothing else: the rest costs no frame anything', () => {
  expect(new DataFrame(Buffer.from('x'), false)).toEqual({ data: Buffer.from('x'), isBinary: false });
  expect(Object.fromEntries(Object.entries(new DataFrame(Buffer.from('x'), false)))).toStrictEqual({
    data: Buffer.from('x'),
    isBinary: false,
  });
});
