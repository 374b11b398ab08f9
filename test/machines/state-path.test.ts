import { expect, test } from 'vitest';
import { pathOf, valueOf } from '../../src/machines/state-path.js';

test.each([
  ['open', 'open'],
  [{ closing: 'crossed' }, 'closing.crossed'],
  [{ a: { b: 'c' } }, 'a.b.c'],
] as const)('%j is written %s, and read back', (value, path) => {
  expect(pathOf(value)).toBe(path);
  expect(valueOf(path)).toEqual(value);
});

test('a parallel state has no path', () => {
  expect(() => pathOf({ left: 'on', right: 'off' })).toThrow('parallel');
});
