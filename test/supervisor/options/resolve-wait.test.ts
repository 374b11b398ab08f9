import { expect, test } from 'vitest';
import { resolveWait } from '../../../src/supervisor/options/resolve-wait.js';
import { OptionError } from '../../../src/transport/errors.js';

test.each([
  {},
  { withinMs: 0 },
  { withinMs: Number.POSITIVE_INFINITY },
  { signal: new AbortController().signal, withinMs: 1.5 },
])('a wait may last as %o says', (options) => {
  expect(resolveWait(options, 'receive')).toEqual(options);
});

test('what is undefined is as if it were not there', () => {
  expect(resolveWait({ signal: undefined, withinMs: undefined }, 'receive')).toEqual({});
});

test.each<[unknown, string]>([
  [{ withinMs: -1 }, 'receive: withinMs is -1; allowed are numbers of ms from 0 on, and Infinity.'],
  [{ withinMs: Number.NaN }, 'receive: withinMs is NaN; allowed are numbers of ms from 0 on, and Infinity.'],
  [{ withinMs: '5' }, 'receive: withinMs is "5"; allowed are numbers of ms from 0 on, and Infinity.'],
  [{ signal: {} }, 'receive: signal is an object; it must be an AbortSignal.'],
  [{ signal: new AbortController() }, 'receive: signal is an object; it must be an AbortSignal.'],
  [{ timeout: 5 }, 'receive: timeout is not an option; allowed are signal, withinMs.'],
  [
    new AbortController().signal,
    'receive: options is an AbortSignal; it must be an object of options: receive({ signal }).',
  ],
  [null, 'receive: options is null; it must be an object.'],
  [5, 'receive: options is 5; it must be an object.'],
])('a wait cannot last as %o says', (options, message) => {
  expect(() => resolveWait(options as object, 'receive')).toThrow(new OptionError(message));
});
