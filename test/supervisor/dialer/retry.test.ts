import { describe, expect, test } from 'vitest';
import type { RetryPolicy } from '../../../src/supervisor/api/dialer.js';
import { centrifugoRetry, defaultRetry, graphqlWsRetry } from '../../../src/supervisor/dialer/retry.js';
import type { CloseReport } from '../../../src/transport/close-report.js';

const base: CloseReport = {
  outcome: 'failed',
  code: 1006,
  reason: '',
  wasClean: false,
  startedBy: 'network',
  phase: 'connecting',
  trigger: 'dial-failed',
  unconfirmed: { frames: 0, bytes: 0 },
  localStallMs: 0,
  connectionId: 'c1',
  role: 'dialed',
  endedAt: 0,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
};

const refusedWith = (httpStatus: number): CloseReport => ({
  ...base,
  trigger: 'refused',
  startedBy: 'peer',
  httpStatus,
});

const closedWith = (code: number): CloseReport => ({
  ...base,
  ...{
    outcome: 'closed',
    phase: 'open',
    trigger: 'peer-closed',
    startedBy: 'peer',
    wasClean: true,
    code,
    received: { code, reason: '' },
  },
});

/** We began, with a code of ours, and the peer answered with its own. */
const closedByUs = (code: number, received?: number): CloseReport => ({
  ...base,
  ...{ phase: 'open', trigger: 'idle', startedBy: 'local', code, sent: { code, reason: '' } },
  ...(received === undefined ? {} : { received: { code: received, reason: '' } }),
});

const refusedByProxy = (httpStatus: number): CloseReport => ({ ...base, trigger: 'proxy-refused', httpStatus });

const first = { refreshed: false };
const refreshed = { refreshed: true };

describe('by default', () => {
  test.each([401, 403])('a refusal with %d asks for one fresh credential, then stops', (status) => {
    expect(defaultRetry(refusedWith(status), 1, first)).toBe('refresh');
    expect(defaultRetry(refusedWith(status), 2, refreshed)).toBe('stop');
  });

  test.each([3000, 3003, 4401, 4403])('a close with %d asks for one fresh credential, then stops', (code) => {
    expect(defaultRetry(closedWith(code), 1, first)).toBe('refresh');
    expect(defaultRetry(closedWith(code), 2, refreshed)).toBe('stop');
  });

  test('an authentication failure after many other failures still gets its fresh credential', () => {
    expect(defaultRetry(refusedWith(401), 5, first)).toBe('refresh');
  });

  test('without a context, a fresh credential is asked for at the first attempt only', () => {
    expect(defaultRetry(refusedWith(401), 1)).toBe('refresh');
    expect(defaultRetry(refusedWith(401), 2)).toBe('stop');
  });

  test.each([
    // status  verdict
    [404, 'retry'],
    [408, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
    [504, 'retry'],
    [599, 'retry'],
    [200, 'stop'],
    [301, 'stop'],
    [302, 'stop'],
    [400, 'stop'],
    [402, 'stop'],
    [405, 'stop'],
    [407, 'stop'],
    [410, 'stop'],
    [426, 'stop'],
    [451, 'stop'],
  ])('a refusal with %d: %s', (status, verdict) => {
    expect(defaultRetry(refusedWith(status), 1, first)).toBe(verdict);
    expect(defaultRetry(refusedWith(status), 9, refreshed)).toBe(verdict);
  });

  test.each([401, 403, 407])('a refusal of the proxy with %d needs no fresh credential for the server', (status) => {
    for (const policy of [defaultRetry, centrifugoRetry, graphqlWsRetry]) {
      expect(policy(refusedByProxy(status), 1, first)).toBe('stop');
      expect(policy(refusedByProxy(status), 1, { ...first, wasUp: true, alike: 1 })).toBe('retry');
      expect(policy(refusedByProxy(status), 2, { ...first, wasUp: true, alike: 2 })).toBe('stop');
      expect(policy({ ...refusedByProxy(status), retryAfterMs: 5 }, 2, first)).toBe('retry');
    }
  });

  test('a proxy that is overloaded, or has not reached the server, or speaks SOCKS is asked again', () => {
    for (const status of [429, 502, 503, 504]) expect(defaultRetry(refusedByProxy(status), 9, first)).toBe('retry');
    expect(defaultRetry({ ...base, trigger: 'proxy-refused' }, 9, first)).toBe('retry');
  });

  test.each([
    // code  verdict
    [1000, 'retry'],
    [1001, 'retry'],
    [1002, 'stop'],
    [1003, 'stop'],
    [1005, 'retry'],
    [1006, 'retry'],
    [1007, 'stop'],
    [1008, 'retry'],
    [1009, 'stop'],
    [1010, 'stop'],
    [1011, 'retry'],
    [1012, 'retry'],
    [1013, 'retry'],
    [1014, 'retry'],
    [3001, 'retry'],
    [3500, 'retry'],
    [4000, 'retry'],
    [4404, 'retry'],
    [4999, 'retry'],
  ])('a close with %d: %s', (code, verdict) => {
    expect(defaultRetry(closedWith(code), 1, first)).toBe(verdict);
    expect(defaultRetry(closedWith(code), 9, refreshed)).toBe(verdict);
  });

  test('a dial that failed, or a connection that was lost, is tried again', () => {
    expect(defaultRetry(base, 7, first)).toBe('retry');
    expect(defaultRetry({ ...base, phase: 'open', trigger: 'liveness-lost' }, 7, first)).toBe('retry');
  });

  test.each([
    // ours  the peer's   verdict
    [1009, undefined, 'stop'],
    [1009, 1009, 'stop'],
    [1009, 1000, 'stop'],
    [3000, 1000, 'refresh'],
    [3000, 1005, 'refresh'],
    [1000, 1000, 'retry'],
    [1000, 4401, 'refresh'],
    [1000, 1003, 'stop'],
  ])(
    'a close of ours with %d that the peer answers by %s: %s, since an answer by 1000 or nothing means nothing',
    (ours, theirs, verdict) => {
      expect(defaultRetry(closedByUs(ours, theirs), 1, first)).toBe(verdict);
    },
  );
});

/** What lasts, once all has been well: the second time in a row, and with a healthy spell in between. */
const AGAIN = { refreshed: false, wasUp: true, wasStable: true, alike: 2 };
const AFTER_HEALTH = { ...AGAIN, alike: 1 };

describe('by default, no single event stops a dialer that was stable', () => {
  test.each([400, 405, 410, 426])('a refusal with %d: retry, then stop when it comes again', (status) => {
    expect(defaultRetry(refusedWith(status), 1, AFTER_HEALTH)).toBe('retry');
    expect(defaultRetry(refusedWith(status), 1, { ...AFTER_HEALTH, wasStable: false })).toBe('retry');
    expect(defaultRetry(refusedWith(status), 2, AGAIN)).toBe('stop');
  });

  test.each([200, 204, 301, 302, 307, 402, 407, 418, 451])(
    'a refusal with %d, which another than the server answers: retry',
    (status) => {
      expect(defaultRetry(refusedWith(status), 1, AFTER_HEALTH)).toBe('retry');
      expect(defaultRetry(refusedWith(status), 9, { ...AGAIN, alike: 9 })).toBe('retry');
    },
  );

  test.each([200, 302, 400, 405, 410, 418, 426])(
    'a refusal with %d and Retry-After is passing by its own word, also when it never was up',
    (status) => {
      expect(defaultRetry({ ...refusedWith(status), retryAfterMs: 0 }, 1, first)).toBe('retry');
      expect(defaultRetry({ ...refusedWith(status), retryAfterMs: 1_000 }, 9, AGAIN)).toBe('retry');
    },
  );

  test.each([401, 403])('a refusal with %d and Retry-After asks for a fresh credential first', (status) => {
    expect(defaultRetry({ ...refusedWith(status), retryAfterMs: 1_000 }, 1, first)).toBe('refresh');
    expect(defaultRetry({ ...refusedWith(status), retryAfterMs: 1_000 }, 2, refreshed)).toBe('retry');
  });

  test.each([1002, 1003, 1007, 1009, 1010])(
    'a close with %d, ours or the peer’s: retry, then stop when it comes again',
    (code) => {
      for (const report of [closedWith(code), closedByUs(code)]) {
        expect(defaultRetry(report, 1, AFTER_HEALTH)).toBe('retry');
        expect(defaultRetry(report, 1, { ...AFTER_HEALTH, wasStable: false })).toBe('stop');
        expect(defaultRetry(report, 2, AGAIN)).toBe('stop');
      }
    },
  );
});

describe('the presets do not stop for a single event either', () => {
  test.each([
    [centrifugoRetry, 1009],
    [graphqlWsRetry, 1002],
    [graphqlWsRetry, 1008],
    [graphqlWsRetry, 1009],
    [graphqlWsRetry, 1011],
  ] as const)('%o: a close with %d', (policy, code) => {
    expect(policy(closedWith(code), 1, AFTER_HEALTH)).toBe('retry');
    expect(policy(closedWith(code), 2, AGAIN)).toBe('stop');
  });

  test('but codes that their servers define stop at once', () => {
    expect(centrifugoRetry(closedWith(3500), 1, AFTER_HEALTH)).toBe('stop');
    expect(graphqlWsRetry(closedWith(4400), 1, AFTER_HEALTH)).toBe('stop');
  });
});

describe("by Centrifugo's conventions", () => {
  test.each([
    // code  verdict
    [1000, 'retry'],
    [1002, 'retry'],
    [1006, 'retry'],
    [1009, 'stop'],
    [3000, 'retry'],
    [3005, 'refresh'],
    [3012, 'retry'],
    [3499, 'retry'],
    [3500, 'stop'],
    [3999, 'stop'],
    [4000, 'retry'],
    [4401, 'retry'],
    [4499, 'retry'],
    [4500, 'stop'],
    [4999, 'stop'],
  ])('a close with %d: %s', (code, verdict) => {
    expect(centrifugoRetry(closedWith(code), 1, first)).toBe(verdict);
  });

  test('an expired connection gets a fresh credential each time', () => {
    expect(centrifugoRetry(closedWith(3005), 1, refreshed)).toBe('refresh');
  });
});

describe("by graphql-ws's conventions", () => {
  test.each([
    // code  verdict
    [1000, 'retry'],
    [1001, 'retry'],
    [1002, 'stop'],
    [1003, 'stop'],
    [1005, 'retry'],
    [1006, 'retry'],
    [1008, 'stop'],
    [1009, 'stop'],
    [1011, 'stop'],
    [1012, 'retry'],
    [1013, 'retry'],
    [1014, 'retry'],
    [3000, 'retry'],
    [4004, 'stop'],
    [4005, 'stop'],
    [4400, 'stop'],
    [4401, 'stop'],
    [4403, 'refresh'],
    [4406, 'stop'],
    [4408, 'retry'],
    [4409, 'stop'],
    [4429, 'stop'],
    [4499, 'retry'],
    [4500, 'stop'],
    [4504, 'retry'],
  ])('a close with %d: %s', (code, verdict) => {
    expect(graphqlWsRetry(closedWith(code), 1, first)).toBe(verdict);
  });
});

describe.each<[string, RetryPolicy]>([
  ['centrifugoRetry', centrifugoRetry],
  ['graphqlWsRetry', graphqlWsRetry],
])('%s', (_name, policy) => {
  test.each([401, 404, 410, 503])('decides on a refusal with %d as by default', (status) => {
    for (const context of [first, refreshed].map((known) => ({
      failures: 1,
      downMs: 0,
      alike: 1,
      wasUp: false,
      wasStable: false,
      ...known,
    })))
      expect(policy(refusedWith(status), 1, context)).toBe(defaultRetry(refusedWith(status), 1, context));
  });
});
