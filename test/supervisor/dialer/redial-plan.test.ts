import { describe, expect, test } from 'vitest';
import type { RetryVerdict } from '../../../src/supervisor/api/dialer.js';
import { planAfter } from '../../../src/supervisor/dialer/redial-plan.js';
import { aReport } from '../../support/reports.js';

const BACKOFF = {
  initialMs: 100,
  maxMs: 1_000,
  factor: 2,
  stableAfterMs: 1_000,
  firstWithinMs: 5_000,
  maxAdviceMs: 60_000,
};
const CONTEXT = { refreshed: false, failures: 3, downMs: 7_000, alike: 1, wasUp: false, wasStable: false };
const lost = aReport({ trigger: 'dial-failed', phase: 'connecting' });

/** The plan after a loss, with a policy that gives `verdict`, and the middle of every random range. */
function plan(
  verdict: RetryVerdict,
  { restart = 'transient', report = lost }: { restart?: 'transient' | 'permanent'; report?: typeof lost } = {},
) {
  return planAfter(report, CONTEXT, { retry: () => verdict, restart, backoff: BACKOFF }, () => 0.5);
}

test.each([
  // verdict             restart      plan
  ['retry', 'transient', { verdict: 'retry', delayMs: 200 }],
  ['refresh', 'transient', { verdict: 'refresh', delayMs: 200 }],
  ['stop', 'transient', { verdict: 'stop' }],
  ['stop', 'permanent', { verdict: 'stuck', delayMs: 1_000 }],
  [{ afterMs: 0 }, 'transient', { verdict: 'retry', delayMs: 0 }],
  [{ afterMs: 42 }, 'permanent', { verdict: 'retry', delayMs: 42 }],
  [{ afterMs: 0.5 }, 'transient', { verdict: 'retry', delayMs: 0.5 }],
  [{ afterMs: Number.POSITIVE_INFINITY }, 'transient', { verdict: 'retry', delayMs: Number.POSITIVE_INFINITY }],
] as const)('%j of a %s dialer: %j', (verdict, restart, expected) => {
  expect(plan(verdict, { restart })).toEqual(expected);
});

test('the policy gets the report, the attempt, and what has happened since the last stable connection', () => {
  const given: unknown[] = [];
  const retry = (...args: unknown[]): RetryVerdict => {
    given.push(args);
    return 'stop';
  };
  planAfter(lost, CONTEXT, { retry, restart: 'transient', backoff: BACKOFF }, () => 0);
  planAfter(lost, { ...CONTEXT, failures: 0 }, { retry, restart: 'transient', backoff: BACKOFF }, () => 0);
  expect(given).toEqual([
    [lost, 3, CONTEXT],
    [lost, 1, { ...CONTEXT, failures: 0 }],
  ]);
});

describe('no redial comes before the delay that the peer advised, unless the policy names one', () => {
  const busy = aReport({ trigger: 'refused', phase: 'connecting', httpStatus: 503, retryAfterMs: 8_000 });

  test.each([
    ['retry', 8_200],
    ['refresh', 8_200],
    [{ afterMs: 10 }, 10],
    [{ afterMs: 9_000 }, 9_000],
  ] as const)('after %j: %d ms', (verdict, delayMs) => {
    expect(plan(verdict, { report: busy })).toMatchObject({ delayMs });
  });

  test('nor when the dialer is stuck', () => {
    expect(plan('stop', { restart: 'permanent', report: busy })).toEqual({ verdict: 'stuck', delayMs: 8_200 });
  });

  test.each([1_795_260_770_000_000, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    'and no advice, %d ms say, holds for more than maxAdviceMs',
    (retryAfterMs) => {
      expect(plan('retry', { report: { ...busy, retryAfterMs } })).toMatchObject({ delayMs: 60_200 });
    },
  );
});

test.each(['handler-returned', 'close-called'] as const)(
  '%s finishes the dialer, whatever the policy says',
  (trigger) => {
    expect(plan('retry', { report: aReport({ trigger }) })).toEqual({ verdict: 'finished' });
  },
);

test('a handler that threw crashes it, with what was thrown', () => {
  const bug = new Error('bug');
  expect(plan('retry', { report: aReport({ trigger: 'handler-threw', handlerError: bug }) })).toEqual({
    verdict: 'crashed',
    error: bug,
  });
});

describe('a policy crashes it', () => {
  test('that throws', () => {
    const bug = new Error('bug');
    const retry = () => {
      throw bug;
    };
    expect(planAfter(lost, CONTEXT, { retry, restart: 'permanent', backoff: BACKOFF }, () => 0)).toEqual({
      verdict: 'crashed',
      error: bug,
    });
  });

  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['again', '"again"'],
    [Promise.resolve('retry'), 'an object'],
    [{ afterMs: Number.NaN }, '{ afterMs: NaN }'],
    [{ afterMs: -1 }, '{ afterMs: -1 }'],
    [{ afterMs: '5' }, '{ afterMs: "5" }'],
  ])('that returns %j, and the error shows it and says what is allowed', (verdict, shown) => {
    expect(plan(verdict as RetryVerdict)).toMatchObject({
      verdict: 'crashed',
      error: {
        code: 'WIREKEEPER_OPTION',
        option: 'retry',
        message: `dial: retry returned ${shown}; allowed are "retry", "refresh", "stop", and { afterMs } with a number of ms from 0 on.`,
      },
    });
  });
});
