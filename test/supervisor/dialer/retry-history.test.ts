import { describe, expect, test } from 'vitest';
import { RetryHistory } from '../../../src/supervisor/dialer/retry-history.js';
import { aReport } from '../../support/reports.js';

const STABLE_AFTER_MS = 10_000;

const failed = aReport({ trigger: 'dial-failed', phase: 'connecting' });
const refusedWith = (httpStatus: number) => aReport({ trigger: 'refused', phase: 'connecting', httpStatus });
const lost = aReport({ trigger: 'socket-error', outcome: 'failed' });

/** A dialer started at 1,000 on the monotonic clock. */
const begun = () => new RetryHistory(STABLE_AFTER_MS, 1_000);

test('begins with the first attempt, and nothing known', () => {
  const history = begun();
  expect(history.attempt).toBe(1);
  expect(history.context(1_500)).toEqual({
    refreshed: false,
    failures: 0,
    downMs: 500,
    alike: 0,
    wasUp: false,
    wasStable: false,
  });
});

test('counts attempts that failed, and connections that were not stable', () => {
  const history = begun();
  history.ended(failed, undefined, 2_000);
  history.ended(lost, STABLE_AFTER_MS - 1, 20_000);
  expect([history.attempt, history.context(20_000).failures]).toEqual([3, 2]);
});

test('ends with a stable connection: the next one begins with its loss', () => {
  const history = begun();
  history.ended(failed, undefined, 2_000);
  history.refreshed();
  expect(history.context(2_000).refreshed).toBe(true);
  history.ended(lost, STABLE_AFTER_MS, 30_000);
  expect(history.attempt).toBe(1);
  expect(history.context(30_250)).toMatchObject({ refreshed: false, failures: 0, downMs: 250 });
});

test('the time for which a connection was up is no time down', () => {
  const history = begun();
  history.ended(lost, 9_000, 11_000);
  expect(history.context(11_000).downMs).toBe(1_000);
});

test('a connection that a redial has replaced is no failure, and ends an outage if it was stable', () => {
  const history = begun();
  history.ended(failed, undefined, 2_000);
  history.replaced(5, 3_000);
  expect(history.attempt).toBe(2);
  history.replaced(STABLE_AFTER_MS, 13_000);
  expect(history.attempt).toBe(1);
});

describe('endings alike', () => {
  test('are counted as long as they follow each other, with no stable connection in between', () => {
    const history = begun();
    const counts = [refusedWith(400), refusedWith(400), refusedWith(503), refusedWith(400), lost, lost].map(
      (report) => {
        history.ended(report, report === lost ? 5 : undefined, 2_000);
        return history.context(2_000).alike;
      },
    );
    expect(counts).toEqual([1, 2, 1, 1, 1, 2]);
  });

  test('start again with the end of a stable connection', () => {
    const history = begun();
    history.ended(lost, 5, 2_000);
    history.ended(lost, STABLE_AFTER_MS, 13_000);
    expect(history.context(13_000).alike).toBe(1);
    history.replaced(STABLE_AFTER_MS, 24_000);
    history.ended(lost, 5, 25_000);
    expect(history.context(25_000).alike).toBe(1);
  });
});

test('that a connection was up, or stable, stays known, also after a restart', () => {
  const first = begun();
  first.ended(lost, 5, 2_000);
  expect(first.context(2_000)).toMatchObject({ wasUp: true, wasStable: false });
  const second = new RetryHistory(STABLE_AFTER_MS, 3_000, first.context(3_000));
  second.replaced(STABLE_AFTER_MS, 14_000);
  const third = new RetryHistory(STABLE_AFTER_MS, 15_000, second.context(15_000));
  third.ended(failed, undefined, 15_000);
  expect(third.context(15_000)).toMatchObject({ wasUp: true, wasStable: true, failures: 1 });
});
