import { describe, expect, test } from 'vitest';
import type { RetryPolicy } from '../../../src/supervisor/api/dialer.js';
import { limitRetries, type RetryBudget } from '../../../src/supervisor/dialer/retry-budget.js';
import { OptionError } from '../../../src/transport/errors.js';
import { aReport } from '../../support/reports.js';

const report = aReport();
const never = { refreshed: false, alike: 1, wasUp: false, wasStable: false };

test.each([
  // budget                              failures  downMs  verdict
  [{}, 1_000_000, 1e12, 'refresh'],
  [{ attempts: 3 }, 0, 0, 'refresh'],
  [{ attempts: 3 }, 2, 0, 'refresh'],
  [{ attempts: 3 }, 3, 0, 'stop'],
  [{ attempts: 1 }, 0, 0, 'refresh'],
  [{ attempts: 1 }, 1, 0, 'stop'],
  [{ withinMs: 60_000 }, 99, 59_999, 'refresh'],
  [{ withinMs: 60_000 }, 1, 60_000, 'stop'],
  [{ attempts: 3, withinMs: 60_000 }, 1, 60_000, 'stop'],
  [{ attempts: 3, withinMs: 60_000 }, 3, 1, 'stop'],
] as const)('%j after %d failures and %d ms: %s', (budget, failures, downMs, verdict) => {
  expect(limitRetries(() => 'refresh', budget)(report, Math.max(1, failures), { ...never, failures, downMs })).toBe(
    verdict,
  );
});

test('passes everything on to the policy it limits', () => {
  const given: unknown[] = [];
  const policy: RetryPolicy = (...args) => {
    given.push(args);
    return 'retry';
  };
  const context = { ...never, refreshed: true, failures: 2, downMs: 5 };
  limitRetries(policy, { attempts: 5 })(report, 2, context);
  expect(given).toEqual([[report, 2, context]]);
});

describe('refuses', () => {
  test.each<[string, unknown]>([
    ['a budget of no attempts', { attempts: 0 }],
    ['half an attempt', { attempts: 1.5 }],
    ['no time', { withinMs: 0 }],
    ['an unknown budget', { attempt: 3 }],
    ['no budget', undefined],
  ])('%s', (_what, budget) => {
    expect(() => limitRetries(() => 'retry', budget as RetryBudget)).toThrow(OptionError);
  });

  test('a policy that is not a function', () => {
    expect(() => limitRetries('retry' as unknown as RetryPolicy, {})).toThrow(OptionError);
  });
});
