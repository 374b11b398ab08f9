import { expect, test } from 'vitest';
import { asTried, isPattern, takes } from '../../../src/machines/diagram/event-pattern.js';

test.each([
  ['go', 'go', true],
  ['go', 'going', false],
  ['*', 'anything', true],
  ['*', '', false],
  ['', '', true],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', true],
  ['a.*', 'a', true],
  ['a.*', 'ab', false],
])('%j takes %j: %s', (event, type, expected) => {
  expect(takes(event, type)).toBe(expected);
});

test('a pattern ends in a star of its own', () => {
  expect(['*', 'a.*', 'a*', 'a.b', '*.a'].filter(isPattern)).toEqual(['*', 'a.*']);
});

test('events come before patterns, and long patterns before short ones', () => {
  expect(asTried(['*', 'x.*', 'x', 'x.y.*', 'x.y'])).toEqual(['x', 'x.y', 'x.y.*', 'x.*', '*']);
});
