import { expect, test } from 'vitest';
import type { ChildSpec } from '../../../src/supervisor/api/child-spec.js';
import {
  resolveChildSpec,
  resolveIntensity,
  resolveShutdown,
} from '../../../src/supervisor/options/resolve-child-spec.js';
import { OptionError } from '../../../src/transport/errors.js';

const start = () => {
  throw new Error('never started here');
};

test('without more than a start it is permanent, as in OTP, and gets an id', () => {
  expect(resolveChildSpec({ start }, () => 'child-1')).toEqual({
    id: 'child-1',
    start,
    restart: 'permanent',
    shutdown: undefined,
  });
});

test.each([['brutal'], [1], [0.5], [2 ** 31 - 1], [Number.POSITIVE_INFINITY]] as const)(
  'a budget of %s is taken',
  (shutdown) => {
    expect(resolveShutdown(shutdown, 'here')).toBe(shutdown);
  },
);

test.each<[object, string]>([
  [{ start: 7 }, 'startChild: start is 7; it must be a function'],
  [{}, 'startChild: start is required and must be a function'],
  [{ start, id: '' }, 'startChild: id'],
  [{ start, restart: 'always' }, 'startChild: restart is "always"; allowed are permanent, transient, temporary.'],
  [
    { start, shutdown: 0 },
    'startChild: shutdown is 0; allowed are "brutal", Infinity, and numbers of ms above 0, up to 2147483647.',
  ],
  [{ start, shutdown: 2 ** 31 }, 'startChild: shutdown'],
  [{ start, shutdown: 'brutal_kill' }, 'startChild: shutdown is "brutal_kill"'],
  [{ start, shutDown: 1 }, 'did you mean shutdown?'],
])('%j says what is wrong', (spec, says) => {
  expect(() => resolveChildSpec(spec as ChildSpec, () => 'x')).toThrow(OptionError);
  expect(() => resolveChildSpec(spec as ChildSpec, () => 'x')).toThrow(says);
});

test('an intensity may be given in part', () => {
  expect(resolveIntensity({ maxRestarts: 10 }, 'here')).toEqual({ maxRestarts: 10, withinMs: 5_000 });
  expect(resolveIntensity({ withinMs: 1 }, 'here')).toEqual({ maxRestarts: 3, withinMs: 1 });
});
