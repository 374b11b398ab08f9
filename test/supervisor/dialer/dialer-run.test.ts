import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt } from '../../../src/supervisor/api/dialer.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { sharedCredentials } from '../../../src/supervisor/dialer/credentials.js';
import { defaultRetry } from '../../../src/supervisor/dialer/retry.js';
import { limitRetries } from '../../../src/supervisor/dialer/retry-budget.js';
import { rotateUrls } from '../../../src/supervisor/dialer/rotate-urls.js';
import type { WireEnd } from '../../../src/transport/wire-fact.js';
import { A, aDialer as aJudgedDialer, answer, B, BACKOFF, HOUR, LATER } from '../../support/a-dialer.js';
import { settled } from '../../support/settled.js';

/** A dialer whose endings the default policy judges. */
const aDialer = (options: Partial<DialOptions> = {}, supervisorOptions: SupervisorOptions = {}) =>
  aJudgedDialer(
    { headers: {}, retry: defaultRetry, handler: (connection) => connection.closed, ...options },
    supervisorOptions,
  );

describe('a redial does not wait for a peer that does not answer', () => {
  test('the new connection is dialed at once, and the old one closed beside it, by its own deadline and with its own report', async () => {
    const fixture = aDialer();
    const old = await fixture.open();
    fixture.dialer.redial('failover');
    expect([old.asked, fixture.dialer.state, fixture.dialer.connection]).toEqual([
      ['close 1000 failover'],
      'dialing',
      undefined,
    ]);
    await fixture.open();
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2, state: 'open' });
    await fixture.clock.advanceAsync(5_500);
    expect(old.asked.at(-1)).toBe('terminate');
    old.emitClosed({ kind: 'terminated' });
    await settled();
    expect(fixture.supervisor.endings).toMatchObject([
      { epoch: 1, trigger: 'close-called', endedBy: 'close-deadline' },
    ]);
    expect(fixture.dialer).toMatchObject({ state: 'up', connection: { epoch: 2, state: 'open' } });
  });

  test.each<[string, Partial<WireEnd>]>([
    ['ends TCP', { kind: 'socket-ended' }],
    ['resets TCP', { kind: 'socket-error', cause: new Error('ECONNRESET') }],
  ])('a peer of the old one that %s then changes nothing of the new one', async (_what, end) => {
    const judged: unknown[] = [];
    const fixture = aDialer({
      retry: (report) => {
        judged.push(report);
        return 'stop';
      },
    });
    const old = await fixture.open();
    fixture.dialer.redial();
    await settled();
    old.emitClosed(end);
    await fixture.open();
    expect([fixture.dialer.state, fixture.dialer.connection?.epoch, judged]).toEqual(['up', 2, []]);
  });

  test('the end of the old one takes no place at the dial limit, and gives none back', async () => {
    const fixture = aDialer({}, { dialLimiter: { inFlight: 1 } });
    const old = await fixture.open();
    fixture.dialer.redial();
    await settled();
    answer(old);
    expect(fixture.supervisor.stats().dials).toEqual({ inFlight: 1, queued: 0 });
  });

  test('what the old handler does at its end does not affect the dialer', async () => {
    const bug = new Error('thrown at the end');
    let runs = 0;
    const fixture = aDialer({
      handler: async (connection: Connection) => {
        runs += 1;
        await connection.closed;
        throw bug;
      },
    });
    const old = await fixture.open();
    fixture.dialer.redial();
    answer(old);
    await fixture.open();
    expect([fixture.dialer.state, runs]).toEqual(['up', 2]);
  });

  test('twice in a row it makes one new connection, and again after that another', async () => {
    const fixture = aDialer();
    await fixture.open();
    fixture.dialer.redial();
    fixture.dialer.redial();
    await settled();
    expect(fixture.transport.dials).toHaveLength(2);
    await fixture.open();
    fixture.dialer.redial();
    await settled();
    expect(fixture.transport.dials).toHaveLength(3);
    expect(fixture.wires().map(({ asked }) => asked)).toEqual([['close 1000'], ['close 1000'], []]);
  });

  test('when the new one fails, its own report is judged, whenever the old one ends', async () => {
    const fixture = aDialer({ retry: (report) => (report.trigger === 'refused' ? 'stop' : 'retry') });
    const old = await fixture.open();
    fixture.dialer.redial();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 400 });
    expect(fixture.dialer.state).toBe('stopping');
    answer(old);
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown', report: { epoch: 2, httpStatus: 400 } });
  });

  test('one that replaces another needs no room of its own', async () => {
    const fixture = aDialer({}, { limits: { maxConnections: 1 } });
    await fixture.open();
    fixture.dialer.redial();
    await fixture.open();
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2 });
  });
});

describe('a stop while an old connection is still being closed', () => {
  test.each(['stop', 'shutdown'] as const)(
    'closes the new one, too, and has ended when both are gone (%s)',
    async (way) => {
      const fixture = aDialer();
      const old = await fixture.open();
      fixture.dialer.redial();
      const wire = await fixture.open();
      if (way === 'stop') void fixture.dialer.stop();
      else void fixture.supervisor.stop();
      await settled();
      expect(wire.asked).toEqual([way === 'stop' ? 'close 1000' : 'close 1001']);
      answer(wire);
      await settled();
      expect(fixture.dialer.state).toBe('stopping');
      answer(old);
      expect(await fixture.dialer.ended).toMatchObject({
        reason: way === 'stop' ? 'normal' : 'shutdown',
        report: { epoch: 2 },
      });
    },
  );

  test('while the new one is dialed or waits, likewise', async () => {
    const fixture = aDialer();
    const old = await fixture.open();
    fixture.dialer.redial();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(fixture.dialer.state).toBe('waiting');
    const ended = fixture.dialer.stop();
    expect(fixture.dialer.state).toBe('stopping');
    answer(old);
    expect(await ended).toMatchObject({ reason: 'normal', report: { epoch: 2 } });
  });

  test('a budget that is spent drops both', async () => {
    const fixture = aDialer({ shutdown: 100 });
    const old = await fixture.open();
    fixture.dialer.redial();
    const wire = await fixture.open();
    const stopped = fixture.supervisor.stop();
    await fixture.clock.advanceAsync(200);
    expect([old.asked.at(-1), wire.asked.at(-1)]).toEqual(['terminate', 'terminate']);
    for (const each of [wire, old]) each.emitClosed({ kind: 'terminated' });
    await stopped;
  });
});

describe('a redial does not undo what has been decided', () => {
  test.each<[string, DialOptions['handler'], string]>([
    ['the handler has returned', () => {}, 'normal'],
    [
      'it has thrown',
      () => {
        throw new Error('bug');
      },
      'abnormal',
    ],
    [
      'it has called close',
      (connection) => {
        connection.close();
        return connection.closed;
      },
      'normal',
    ],
  ])('when %s', async (_what, handler, reason) => {
    const fixture = aDialer({ handler, restart: 'temporary' });
    const wire = await fixture.open();
    fixture.dialer.redial();
    answer(wire);
    expect(await fixture.dialer.ended).toMatchObject({ reason });
    expect(fixture.transport.dials).toHaveLength(1);
  });
});

test('an error of the handler after the end has begun does not decide the exit', async () => {
  const fixture = aDialer({
    handler: async (connection) => {
      await connection.closed;
      throw new Error('interrupted');
    },
  });
  const wire = await fixture.open();
  const ended = fixture.dialer.stop();
  answer(wire);
  const exit = await ended;
  expect(exit.reason).toBe('normal');
  expect(exit).not.toHaveProperty('error');
});

describe('a fresh credential is not used up by an attempt that never reached the peer', () => {
  /** A dialer whose attempts are recorded, and whose token endpoint fails on request. */
  function withToken(options: Partial<DialOptions> = {}) {
    const attempts: DialAttempt[] = [];
    const endpoint = { isDown: false };
    const fixture = aDialer({
      headers: (attempt) => {
        attempts.push(attempt);
        if (endpoint.isDown) throw new Error('the token endpoint fails');
        return {};
      },
      ...options,
    });
    return { ...fixture, attempts, endpoint, refreshes: () => attempts.map(({ refresh }) => refresh) };
  }

  test('a token endpoint that fails for a while', async () => {
    const fixture = withToken();
    await settled();
    fixture.endpoint.isDown = true;
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    fixture.endpoint.isDown = false;
    await fixture.clock.advanceAsync(LATER);
    const [first, ...others] = fixture.refreshes();
    expect([first, new Set(others)]).toEqual([false, new Set([true])]);
    expect(fixture.transport.dials).toHaveLength(2);
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown', report: { httpStatus: 401 } });
  });

  test('a dial that failed on its way, and one that was called off by a redial that came too late', async () => {
    const fixture = withToken();
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    await fixture.fails({ kind: 'dial-failed', cause: new Error('ENOTFOUND') });
    await fixture.fails({ kind: 'dial-failed', cause: new Error('ETIMEDOUT') });
    expect(fixture.refreshes()).toEqual([false, true, true, true]);
    await fixture.open();
    fixture.dialer.redial();
    await settled();
    expect(fixture.refreshes()).toEqual([false, true, true, true, false]);
  });

  test('a wait that is cut short by a redial', async () => {
    const fixture = withToken();
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    fixture.dialer.redial();
    await settled();
    expect(fixture.refreshes()).toEqual([false, true, true]);
  });

  test('failover goes on from the URL that was dialed last, and stays there when only the credential was refused', async () => {
    const fixture = withToken({ url: rotateUrls([A, B]) });
    await settled();
    fixture.endpoint.isDown = true;
    await fixture.fails({ kind: 'dial-failed' });
    fixture.endpoint.isDown = false;
    await fixture.clock.advanceAsync(LATER);
    fixture.endpoint.isDown = true;
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    fixture.endpoint.isDown = false;
    await fixture.clock.advanceAsync(LATER);
    await fixture.fails({ kind: 'dial-failed' });
    expect(fixture.transport.dials.map(({ request }) => request.url)).toEqual([A, B, B, A]);
  });

  test('a shared credential that never reached the peer is kept', async () => {
    let fetched = 0;
    const token = sharedCredentials(() => `token ${(fetched += 1)}`, { reuseMs: HOUR });
    const fixture = aDialer({ headers: async (attempt) => ({ authorization: await token(attempt) }) });
    await fixture.fails({ kind: 'refused', httpStatus: 401 });
    for (let attempt = 0; attempt < 3; attempt += 1) await fixture.fails({ kind: 'dial-failed' });
    expect(fixture.transport.dials.map(({ request }) => request.headers['authorization'])).toEqual([
      'token 1',
      'token 2',
      'token 2',
      'token 2',
      'token 2',
    ]);
  });
});

describe('time up is monotonic', () => {
  const LIMITED = limitRetries(defaultRetry, { attempts: 1, withinMs: 600_000 });

  test('a clock that is set back an hour does not make a stable connection unstable', async () => {
    const wall = { shiftMs: 0 };
    const fixture = aDialer({ retry: LIMITED });
    const { wallNow } = fixture.clock;
    Object.assign(fixture.clock, { wallNow: () => wallNow() + wall.shiftMs });
    const wire = await fixture.open();
    await fixture.clock.advanceAsync(2 * HOUR);
    wall.shiftMs = -HOUR;
    wire.emitClosed({ kind: 'socket-error' });
    expect(fixture.dialer.state).toBe('waiting');
    const { openedAt = 0, endedAt } = fixture.dialer.lastReport ?? { endedAt: 0 };
    expect(endedAt - openedAt).toBe(2 * HOUR);
  });

  test('one that is set forward an hour does not make a flapping one stable', async () => {
    const wall = { shiftMs: 0 };
    const fixture = aDialer({ retry: LIMITED });
    const { wallNow } = fixture.clock;
    Object.assign(fixture.clock, { wallNow: () => wallNow() + wall.shiftMs });
    const wire = await fixture.open();
    wall.shiftMs = HOUR;
    wire.emitClosed({ kind: 'socket-error' });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown' });
  });
});

describe('time in a closing handshake is no time up', () => {
  test('a connection that fails at once is not stable because its peer takes its time to end', async () => {
    const fixture = aDialer();
    const wire = await fixture.open();
    wire.emitClosing(1009);
    await fixture.clock.advanceAsync(4_000);
    await fixture.fails({ received: { code: 1009, reason: '' } });
    expect(fixture.transport.dials).toHaveLength(1);
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown', report: { code: 1009 } });
  });

  test('nor because a redial has replaced it in the meantime', async () => {
    const seen: unknown[] = [];
    const fixture = aDialer({
      retry: (_report, _attempt, { wasStable }) => {
        seen.push(wasStable);
        return 'stop';
      },
    });
    const wire = await fixture.open();
    wire.emitClosing();
    await fixture.clock.advanceAsync(4_000);
    fixture.dialer.redial();
    await fixture.fails({ kind: 'dial-failed' });
    expect(seen).toEqual([false]);
  });
});

describe('by default, no single event makes a dialer that was up give up', () => {
  test.each([200, 302, 400, 405, 410, 418, 426])('a refusal with %d', async (httpStatus) => {
    const fixture = aDialer();
    await fixture.open();
    await fixture.fails({ kind: 'socket-error' });
    await fixture.fails({ kind: 'refused', httpStatus });
    expect(fixture.dialer.state).toBe('dialing');
  });

  test('a stream that is garbled after a stable time; the dialer stops when the next one is garbled too', async () => {
    const fixture = aDialer();
    const garbled = { kind: 'socket-ended', sent: { code: 1002, reason: '' } } as const;
    for (let spell = 0; spell < 3; spell += 1) {
      const wire = await fixture.open();
      await fixture.clock.advanceAsync(2_000);
      wire.emit({ type: 'wire.failed', fault: 'protocol-error', sent: garbled.sent, cause: new Error('RSV1') });
      await fixture.fails(garbled);
      expect(fixture.dialer.state).toBe('dialing');
    }
    const wire = await fixture.open();
    wire.emit({ type: 'wire.failed', fault: 'protocol-error', sent: garbled.sent, cause: new Error('RSV1') });
    await fixture.fails(garbled);
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown', report: { code: 1002 } });
  });

  test('a maintenance page right after a crash of its handler had it restarted', async () => {
    const fixture = aDialer({
      handler: async (connection) => {
        if (connection.epoch === 1) throw new Error('bug');
        await connection.closed;
      },
    });
    answer(await fixture.open());
    await fixture.clock.advanceAsync(60_000);
    await fixture.fails({ kind: 'refused', httpStatus: 200 });
    expect(fixture.dialer.state).toBe('dialing');
  });
});

describe('the advice of a peer is bounded', () => {
  test.each([86_400_000, 1_795_260_770_000_000, Number.POSITIVE_INFINITY])(
    'a delay of %d ms is an hour',
    async (retryAfterMs) => {
      const fixture = aDialer();
      await settled();
      fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 503, retryAfterMs });
      await fixture.clock.advanceAsync(HOUR - 1_000);
      expect(fixture.transport.dials).toHaveLength(1);
      await fixture.clock.advanceAsync(HOUR / 8);
      expect(fixture.transport.dials).toHaveLength(2);
    },
  );

  test('or as long as maxAdviceMs says, and a policy may say less', async () => {
    const fixture = aDialer({ backoff: { ...BACKOFF, maxAdviceMs: 10 } });
    await fixture.fails({ kind: 'refused', httpStatus: 503, retryAfterMs: HOUR });
    expect(fixture.transport.dials).toHaveLength(2);
    const eager = aDialer({ retry: () => ({ afterMs: 0 }) });
    await eager.fails({ kind: 'refused', httpStatus: 503, retryAfterMs: HOUR });
    expect(eager.transport.dials).toHaveLength(2);
  });
});

test('a status iterator that is not read keeps a bounded number of changes, and has the latest', async () => {
  const fixture = aDialer({ retry: () => ({ afterMs: 1 }) });
  const held = fixture.dialer.status();
  for (let flap = 0; flap < 100; flap += 1) await fixture.fails({ kind: 'dial-failed' });
  expect(await held.next()).toMatchObject({ value: { type: 'dialing', attempt: 101 } });
});
