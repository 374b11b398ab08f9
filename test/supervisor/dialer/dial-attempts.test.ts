/**
 * What a dialer's `url` and `headers` functions may do: every fault of theirs is one failed attempt, and the next one
 * asks again.
 */
import { describe, expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt } from '../../../src/supervisor/api/dialer.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { fail, revoked, throwing } from '../../support/hostile.js';
import { settled } from '../../support/settled.js';

const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1_000, firstWithinMs: 100 };
const LATER_MS = 250;

/** A dialer whose `url` or `headers` behaves in this way. */
function dialerWith(
  what: 'url' | 'headers',
  behave: (attempt: DialAttempt) => unknown,
  limits: DialOptions['limits'] = {},
) {
  const fixture = aSupervisor();
  const attempts: DialAttempt[] = [];
  const dialer = fixture.supervisor.dial({
    url: 'ws://example.com/',
    backoff: BACKOFF,
    limits,
    handler: (connection) => connection.closed,
    [what]: (attempt: DialAttempt) => {
      attempts.push(attempt);
      return behave(attempt);
    },
  });
  return { ...fixture, dialer, attempts };
}

/** How either of them may go wrong. */
const FAULTS: readonly (readonly [what: string, behave: () => unknown])[] = [
  ['throws', fail],
  ['rejects', () => Promise.reject(new Error('no'))],
  ['rejects with what is no error', async () => AbortSignal.abort(Symbol('odd')).throwIfAborted()],
  ['gives a thenable that throws', () => throwing('then')],
  ['gives nothing', () => {}],
  ['gives null', () => Promise.resolve(null)],
  ['gives a number', () => 5],
  ['gives NaN', () => Number.NaN],
  ['gives a bigint', () => 5n],
  ['gives a Symbol', () => Symbol('odd')],
  ['gives a function', () => () => 'ws://example.com/'],
  ['gives a proxy that was revoked', revoked],
];

describe.each(['url', 'headers'] as const)('%s, a function,', (what) => {
  test.each(FAULTS)(
    'that %s fails the attempt: one report with an error, no dial, and the next one asks again',
    async (_fault, behave) => {
      const { dialer, supervisor, transport, clock, attempts } = dialerWith(what, behave);
      await settled();
      expect(dialer.state).toBe('waiting');
      expect(supervisor.endings).toHaveLength(1);
      expect(supervisor.endings[0]).toMatchObject({
        trigger: 'dial-failed',
        startedBy: 'network',
        cause: expect.any(Error),
      });
      expect(supervisor.endings[0]?.cause?.message).not.toBe('');
      expect(attempts[0]?.signal.aborted).toBe(true);
      await clock.advanceAsync(LATER_MS);
      expect(attempts.map(({ attempt, epoch }) => [attempt, epoch]).slice(0, 2)).toEqual([
        [1, 1],
        [2, 2],
      ]);
      expect(transport.dials).toEqual([]);
    },
  );

  test('that never settles has until openWithinMs; its signal aborts, and the next attempt asks again', async () => {
    const { dialer, supervisor, transport, clock, attempts } = dialerWith(what, () => new Promise(() => {}), {
      openWithinMs: 1_000,
    });
    await clock.advanceAsync(900);
    expect([dialer.state, attempts[0]?.signal.aborted]).toEqual(['dialing', false]);
    await clock.advanceAsync(250);
    expect(attempts[0]?.signal.aborted).toBe(true);
    expect(supervisor.endings).toMatchObject([{ trigger: 'open-deadline' }]);
    await clock.advanceAsync(LATER_MS);
    expect(attempts).toHaveLength(2);
    expect(transport.dials).toEqual([]);
  });

  test.each<[string, (late: { resolve(value: unknown): void; reject(error: Error): void }) => void]>([
    ['settles', ({ resolve }) => resolve(what === 'url' ? 'ws://example.com/' : {})],
    ['rejects', ({ reject }) => reject(new Error('late'))],
  ])('that %s once the dialer has stopped changes nothing any more', async (_how, settle) => {
    let late = { resolve: (_value: unknown) => {}, reject: (_error: Error) => {} };
    const pending = new Promise<unknown>((resolve, reject) => {
      late = { resolve, reject };
    });
    const { dialer, supervisor, transport, attempts } = dialerWith(what, () => pending);
    await settled();
    const ended = dialer.stop();
    await settled();
    expect(attempts[0]?.signal.aborted).toBe(true);
    settle(late);
    await ended;
    await settled();
    expect(transport.dials).toEqual([]);
    expect(supervisor.endings).toHaveLength(1);
  });
});

test('headers are not asked for an attempt that is over: a fresh token would be wasted', async () => {
  let answer = (_url: string) => {};
  const pending = new Promise<string>((resolve) => {
    answer = resolve;
  });
  const { supervisor, clock } = aSupervisor();
  let asked = 0;
  supervisor.dial({
    url: ({ attempt }) => (attempt === 1 ? pending : new Promise<string>(() => {})),
    headers: () => {
      asked += 1;
      return {};
    },
    limits: { openWithinMs: 1_000 },
    backoff: BACKOFF,
    handler: (connection) => connection.closed,
  });
  await clock.advanceAsync(1_250);
  expect(supervisor.endings).toMatchObject([{ trigger: 'open-deadline' }]);
  answer('ws://example.com/');
  await settled();
  expect(asked).toBe(0);
});
