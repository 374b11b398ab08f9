import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  clampUnsignedShort,
  lengthOf,
  toPayload,
  toTexts,
  toUsvString,
} from '../../../src/adapters/websocket/conversions.js';

test.each([
  [1000, 1000],
  ['1000', 1000],
  [undefined, 0],
  [null, 0],
  [Number.NaN, 0],
  ['text', 0],
  [-5, 0],
  [Number.NEGATIVE_INFINITY, 0],
  [Number.POSITIVE_INFINITY, 65_535],
  [70_000, 65_535],
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [2.51, 3],
  [true, 1],
  [{ valueOf: (): number => 7 }, 7],
])('%s as a clamped unsigned short is %s', (value, expected) => {
  expect(clampUnsignedShort(value)).toBe(expected);
});

test.each([[1n], [Symbol('code')]])('%s is no number, which is a TypeError', (value) => {
  expect(() => clampUnsignedShort(value)).toThrow(TypeError);
});

test('a lone surrogate of a text becomes U+FFFD, and a symbol is a TypeError', () => {
  expect(toUsvString('a\ud800b\udc00')).toBe('a\ufffdb\ufffd');
  expect(toUsvString(null)).toBe('null');
  expect(() => toUsvString(Symbol('text'))).toThrow(TypeError);
});

test.each([
  ['chat', ['chat']],
  [
    ['a', 1],
    ['a', '1'],
  ],
  [new Set(['a', 'b']), ['a', 'b']],
  [null, ['null']],
  [{ toString: (): string => 'object' }, ['object']],
  [{ [Symbol.iterator]: null, toString: (): string => 'no iterator' }, ['no iterator']],
  [Object.assign(() => {}, { [Symbol.iterator]: () => ['from a function'].values() }), ['from a function']],
])('%s is a list of texts: %j', (value, expected) => {
  expect(toTexts(value)).toEqual(expected);
});

test('an iterator that is no function is a TypeError', () => {
  expect(() => toTexts({ [Symbol.iterator]: 1 })).toThrow(TypeError);
});

describe('a payload', () => {
  test('is a copy of the bytes that a view shows', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const payload = toPayload(new Uint8Array(bytes.buffer, 1, 2));
    bytes.fill(9);
    expect(payload).toEqual(Uint8Array.of(2, 3));
    expect(lengthOf(payload)).toBe(2);
  });

  test('may be of another realm', () => {
    const foreign: unknown = runInNewContext('new Uint8Array([1, 2]).buffer');
    expect(foreign).not.toBeInstanceOf(ArrayBuffer);
    expect(toPayload(foreign)).toEqual(Uint8Array.of(1, 2));
  });

  test('may be a Blob, also one of a package; its length is its size', () => {
    const blob = new Blob(['four']);
    expect(toPayload(blob)).toBe(blob);
    const foreign = { size: 4, arrayBuffer: () => blob.arrayBuffer(), [Symbol.toStringTag]: 'File' };
    expect(toPayload(foreign)).toBe(foreign);
    expect(lengthOf(blob)).toBe(4);
  });

  test('is a text otherwise, and a text that says so of shared memory; a view of that is a TypeError', () => {
    expect(toPayload(12)).toBe('12');
    expect(toPayload({ size: 1, [Symbol.toStringTag]: 'Blob' })).toBe('[object Blob]');
    expect(toPayload(new SharedArrayBuffer(2))).toBe('[object SharedArrayBuffer]');
    expect(() => toPayload(new Uint8Array(new SharedArrayBuffer(2)))).toThrow(TypeError);
    expect(lengthOf('é€')).toBe(5);
  });
});
