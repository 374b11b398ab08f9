import { expect, test } from 'vitest';
import { assertNever } from '../../src/transport/assert-never.js';

test('names the value that a switch forgot', () => {
  expect(() => assertNever({ type: 'forgotten' } as never)).toThrow('unexpected value: {"type":"forgotten"}');
});

test('takes no value of a union that is not exhausted', () => {
  const state = 'open' as 'open' | 'closed';
  // @ts-expect-error 'closed' was forgotten.
  expect(() => (state === 'open' ? assertNever(state) : state)).toThrow('unexpected value: "open"');
});
