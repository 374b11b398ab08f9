import { describe, expect, test } from 'vitest';
import type { RedialOptions, StopOptions } from '../../../src/supervisor/api/dialer.js';
import { closeAskedBy, resolveClose, resolveRedial } from '../../../src/supervisor/dialer/resolve-redial.js';
import { OptionError } from '../../../src/transport/errors.js';

const ROUTE = {} as Parameters<typeof resolveRedial>[1];

describe('redial takes', () => {
  test.each<[string | RedialOptions, object]>([
    ['', { overlap: false, code: 1000, reason: '' }],
    ['failover', { overlap: false, code: 1000, reason: 'failover' }],
    [{}, { overlap: false, code: 1000, reason: '' }],
    [
      { overlap: true, code: 4000 },
      { overlap: true, code: 4000, reason: '' },
    ],
    [
      { url: new URL('wss://example.com/resume?id=1'), reason: 'moved' },
      { overlap: false, code: 1000, reason: 'moved', url: 'wss://example.com/resume?id=1' },
    ],
  ])('%j', (given, asked) => {
    expect(resolveRedial(given, ROUTE)).toEqual(asked);
  });

  test.each<[unknown, string]>([
    [{ overlapped: true }, 'redial: overlapped is not an option; did you mean overlap?'],
    [{ overlap: 'yes' }, 'redial: overlap is "yes"; allowed are true and false.'],
    [{ url: 'example.com' }, 'redial: url is '],
    [5, 'redial: options is 5; it must be an object.'],
    [null, 'redial: options is null; it must be an object.'],
  ])('but not %j', (given, sentence) => {
    const call = () => resolveRedial(given as RedialOptions, ROUTE);
    expect(call).toThrow(OptionError);
    expect(call).toThrow(sentence);
  });

  test.each<[unknown]>([[{ code: 1006 }], [{ code: 2500 }], [{ reason: 'x'.repeat(124) }], ['x'.repeat(124)]])(
    'no Close frame that may not be sent: %j',
    (given) => {
      expect(() => resolveRedial(given as RedialOptions, ROUTE)).toThrow(RangeError);
    },
  );
});

test.each<[StopOptions, object]>([
  [{}, { code: 1000, reason: '' }],
  [
    { code: 4000, reason: 'bye' },
    { code: 4000, reason: 'bye' },
  ],
])('stop takes %j', (given, close) => {
  expect(resolveClose(given, 'stop')).toEqual(close);
});

test('the machine is told nothing but the event: what it leaves out is 1000 without a reason', () => {
  expect(closeAskedBy({ type: 'stop' })).toEqual({ code: 1000, reason: '' });
  expect(closeAskedBy({ type: 'redial', reason: 'x' })).toEqual({ code: 1000, reason: 'x' });
  expect(closeAskedBy({ type: 'overlap', reason: '', code: 4000 })).toEqual({ code: 4000, reason: '' });
  expect(closeAskedBy({ type: 'deadline.age' })).toEqual({ code: 1000, reason: '' });
  expect(closeAskedBy({ type: 'verdict.crashed' })).toEqual({ code: 1011, reason: '' });
  expect(closeAskedBy(undefined)).toEqual({ code: 1000, reason: '' });
});
