import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt, DialerStatus } from '../../../src/supervisor/api/dialer.js';
import { defaultRetry } from '../../../src/supervisor/dialer/retry.js';
import { limitRetries } from '../../../src/supervisor/dialer/retry-budget.js';
import { rotateUrls } from '../../../src/supervisor/dialer/rotate-urls.js';
import { DeadlineError, EndedError, OptionError } from '../../../src/transport/errors.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import type { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

const opened = { type: 'wire.opened', protocol: '', remoteAddress: undefined } as const;
const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1000, firstWithinMs: 100 };

function aDialer(options: Partial<DialOptions> = {}) {
  const fixture = aSupervisor();
  const dialer = fixture.supervisor.dial({
    url: 'ws://example.com/feed',
    backoff: BACKOFF,
    handler: (connection) => connection.closed,
    ...options,
  });
  return { ...fixture, dialer };
}

/** The dialed connection opens. */
async function open(fixture: { transport: { lastWire: FakeWire } }): Promise<FakeWire> {
  await settled();
  const wire = fixture.transport.lastWire;
  wire.emit(opened);
  await settled();
  return wire;
}

/** Past any backoff. */
const LATER = 250;

test('dials, and has its connection once it is up', async () => {
  const fixture = aDialer({ headers: { authorization: 'Bearer x' }, protocols: ['p'] });
  expect([fixture.dialer.state, fixture.dialer.connection]).toEqual(['dialing', undefined]);
  expect(fixture.dialer.send('early')).toBe('closed');
  await open(fixture);
  expect(fixture.transport.dials[0]?.request).toMatchObject({
    url: 'ws://example.com/feed',
    headers: { authorization: 'Bearer x' },
    protocols: ['p'],
  });
  expect(fixture.dialer.state).toBe('up');
  expect(fixture.dialer.connection).toMatchObject({ role: 'dialed', epoch: 1, childId: 'dialer-1' });
  expect(fixture.dialer.send('now')).toBe('taken');
});

// It was `stopping` for good then, since the run that was stopped had never begun.
test.each(['stop', 'terminate'] as const)(
  'that has ended before its turn to start came stays stopped, whoever calls %s',
  async (call) => {
    const { supervisor, events } = aSupervisor();
    void supervisor
      .startChild({ id: 'slow', start: () => new Promise<never>(() => {}), shutdown: 'brutal' })
      .catch(() => {});
    const dialer = supervisor.dial({ url: 'ws://example.com/feed' });
    await supervisor.stop();
    const exit = await dialer.ended;
    const before = events.length;
    expect(await dialer[call]()).toBe(exit);
    expect(dialer.state).toBe('stopped');
    expect(events.slice(before)).toEqual([]);
  },
);

test('dials again after a loss: a new connection, with the next epoch', async () => {
  const fixture = aDialer();
  const first = await open(fixture);
  const before = fixture.dialer.connection;
  first.emitClosed({ kind: 'socket-error', cause: new Error('reset') });
  expect(fixture.dialer.state).toBe('waiting');
  await fixture.clock.advanceAsync(LATER);
  await open(fixture);
  expect(fixture.transport.dials).toHaveLength(2);
  expect(fixture.dialer.connection).not.toBe(before);
  expect(fixture.dialer.connection?.epoch).toBe(2);
  expect(fixture.dialer.lastReport).toMatchObject({ trigger: 'socket-error', epoch: 1 });
});

test('late facts of an old wire do not reach the new connection', async () => {
  const fixture = aDialer();
  const first = await open(fixture);
  first.emitClosed({ kind: 'socket-error' });
  await fixture.clock.advanceAsync(LATER);
  await open(fixture);
  first.emitClosing(4000);
  first.deliver('late');
  expect(fixture.dialer.connection).toMatchObject({ state: 'open', epoch: 2 });
  expect(fixture.dialer.connection?.toJSON().framesIn).toBe(0);
});

describe('how it exits', () => {
  test('normal, when its handler returns', async () => {
    const fixture = aDialer({ handler: async () => {} });
    const wire = await open(fixture);
    wire.emitClosing();
    wire.emitClosed();
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'normal', report: { trigger: 'handler-returned' } });
    expect(fixture.dialer.state).toBe('stopped');
  });

  test('normal, when the user closes its connection', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    fixture.dialer.connection?.close(4000);
    wire.emitClosing();
    wire.emitClosed();
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'normal', report: { code: 4000 } });
  });

  test('abnormal, when its handler throws while open', async () => {
    const fixture = aDialer({
      restart: 'temporary',
      handler: async () => {
        throw new Error('bug');
      },
    });
    const wire = await open(fixture);
    wire.emitClosing(1011);
    wire.emitClosed();
    expect(await fixture.dialer.ended).toMatchObject({
      reason: 'abnormal',
      error: new Error('bug'),
      report: { code: 1011 },
    });
    expect(fixture.dialer.state).toBe('failed');
  });

  test('shutdown with the report, when its retry policy stops', async () => {
    const fixture = aDialer();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 400 });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown', report: { httpStatus: 400 } });
  });

  test('normal, when it is stopped while up, and waits for the closing handshake', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    const ended = fixture.dialer.stop();
    expect([fixture.dialer.state, ...wire.asked]).toEqual(['stopping', 'close 1000']);
    wire.emitClosing();
    wire.emitClosed();
    expect(await ended).toMatchObject({ reason: 'normal' });
    expect(fixture.supervisor.child('dialer-1')).toBeUndefined();
  });

  test("normal, when it is stopped with a code of one's own, and a wrong one changes nothing", async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    expect(() => fixture.dialer.stop({ code: 1006 })).toThrow(RangeError);
    expect(() => fixture.dialer.stop({ status: 4000 } as object)).toThrow(OptionError);
    expect([fixture.dialer.state, wire.asked]).toEqual(['up', []]);
    const ended = fixture.dialer.stop({ code: 4000, reason: 'back soon' });
    expect(wire.asked).toEqual(['close 4000 back soon']);
    wire.emitClosing(4000);
    wire.emitClosed();
    expect(await ended).toMatchObject({ reason: 'normal', report: { code: 4000, reason: 'back soon' } });
  });

  test('the same for a second stop, which cuts nothing', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    const ended = fixture.dialer.stop();
    const joined = [fixture.dialer.stop(), fixture.dialer[Symbol.asyncDispose]()];
    expect(wire.asked).toEqual(['close 1000']);
    wire.emitClosing();
    wire.emitClosed();
    await Promise.all(joined);
    expect(await fixture.dialer.stop()).toBe(await ended);
  });

  test.each([
    ['is up', false],
    ['is stopping already', true],
  ])('normal, when it is terminated while it %s: TCP is dropped', async (_name, isStopping) => {
    const fixture = aDialer();
    const wire = await open(fixture);
    if (isStopping) void fixture.dialer.stop();
    const ended = fixture.dialer.terminate();
    expect(wire.asked).toEqual(['close 1000', 'terminate']);
    wire.emitClosed({ kind: 'terminated' });
    expect(await ended).toMatchObject({ reason: 'normal', report: { trigger: 'close-called', endedBy: 'terminated' } });
    expect(fixture.supervisor.child('dialer-1')).toBeUndefined();
  });

  test('normal, when it is terminated while it waits', async () => {
    const fixture = aDialer();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(await fixture.dialer.terminate()).toMatchObject({ reason: 'normal' });
  });

  test('normal, when it is stopped while it waits', async () => {
    const fixture = aDialer();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(fixture.dialer.state).toBe('waiting');
    expect(await fixture.dialer.stop()).toMatchObject({ reason: 'normal' });
    await fixture.clock.advanceAsync(LATER);
    expect(fixture.transport.dials).toHaveLength(1);
  });

  test('normal, when it is stopped while it dials: the handshake is called off', async () => {
    const fixture = aDialer();
    await settled();
    const ended = fixture.dialer.stop();
    expect(fixture.transport.lastWire.asked).toEqual(['terminate']);
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(await ended).toMatchObject({ reason: 'normal', report: { trigger: 'called-off', outcome: 'closed' } });
  });
});

test('under permanent it never gives up, and says that it is stuck', async () => {
  const fixture = aDialer({ restart: 'permanent', backoff: { ...BACKOFF, maxMs: 5000 } });
  await settled();
  fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 400 });
  expect(fixture.events).toContainEqual(expect.objectContaining({ type: 'child.stuck', childId: 'dialer-1' }));
  await fixture.clock.advanceAsync(4900);
  expect(fixture.transport.dials).toHaveLength(1);
  await fixture.clock.advanceAsync(1000);
  expect(fixture.transport.dials).toHaveLength(2);
});

describe('the dial limit', () => {
  /** Two dialers of a supervisor that lets one dial at a time. */
  function twoDialers(options: Partial<DialOptions> = {}) {
    const fixture = aSupervisor({ dialLimiter: { inFlight: 1 } });
    const asked: string[] = [];
    const dial = (id: string) =>
      fixture.supervisor.dial({
        id,
        url: ({ dialer }) => {
          asked.push(dialer.id);
          return 'ws://example.com/';
        },
        backoff: BACKOFF,
        handler: (connection) => connection.closed,
        ...options,
      });
    return { ...fixture, asked, first: dial('first'), second: dial('second') };
  }

  test('comes before anything is asked of the user, and shows in status and stats', async () => {
    const fixture = twoDialers();
    const seen: DialerStatus[] = [];
    void (async () => {
      for await (const status of fixture.second.status()) seen.push(status);
    })();
    await settled();
    expect(fixture.asked).toEqual(['first']);
    expect(fixture.supervisor.stats().dials).toEqual({ inFlight: 1, queued: 1 });
    expect(fixture.supervisor.stats().connections.connecting).toBe(1);
    fixture.transport.lastWire.emit(opened);
    await settled();
    expect(fixture.asked).toEqual(['first', 'second']);
    expect(fixture.supervisor.stats().dials).toEqual({ inFlight: 1, queued: 0 });
    expect(seen).toEqual([
      { type: 'dialing', attempt: 1, queued: true },
      { type: 'dialing', attempt: 1 },
    ]);
  });

  test('lets the next one in when an attempt has failed, and makes failed ones wait at the end of the queue', async () => {
    const fixture = twoDialers({ retry: () => ({ afterMs: 0 }) });
    for (let turn = 0; turn < 4; turn += 1) {
      await settled();
      fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
      await fixture.clock.advanceAsync(20);
    }
    expect(fixture.asked).toEqual(['first', 'second', 'first', 'second', 'first']);
  });

  test('does not count as openWithinMs, which begins with the turn', async () => {
    const fixture = twoDialers({ limits: { openWithinMs: 1_000 }, retry: () => 'stop' });
    await fixture.clock.advanceAsync(900);
    expect(fixture.second.state).toBe('dialing');
    fixture.transport.lastWire.emit(opened);
    await fixture.clock.advanceAsync(900);
    expect(fixture.second.state).toBe('dialing');
    await fixture.clock.advanceAsync(200);
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(await fixture.second.ended).toMatchObject({ report: { trigger: 'open-deadline' } });
  });

  test.each(['stop', 'shutdown'] as const)(
    'that waits for it and is shut down (%s) leaves the queue at once, without a connection or a report',
    async (way) => {
      const fixture = twoDialers();
      await settled();
      if (way === 'shutdown') void fixture.supervisor.stop();
      const ended = way === 'stop' ? fixture.second.stop() : fixture.second.ended;
      expect(await ended).toMatchObject({
        id: 'second',
        reason: way === 'stop' ? 'normal' : 'shutdown',
        report: undefined,
      });
      expect(fixture.supervisor.stats().dials.queued).toBe(0);
      expect(fixture.asked).toEqual(['first']);
    },
  );
});

describe('its verdicts', () => {
  /** The verdicts published so far. */
  const verdicts = ({ events }: ReturnType<typeof aDialer>) =>
    events.flatMap((event) => (event.type === 'dialer.judged' ? [event.verdict] : []));

  test('are events, each with the report it was made on', async () => {
    const fixture = aDialer();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    await fixture.clock.advanceAsync(LATER);
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 401 });
    await fixture.clock.advanceAsync(LATER);
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 401 });
    expect(verdicts(fixture)).toEqual(['retry', 'refresh', 'stop']);
    expect(fixture.events).toContainEqual(
      expect.objectContaining({
        verdict: 'refresh',
        childId: 'dialer-1',
        report: expect.objectContaining({ epoch: 2 }),
      }),
    );
  });

  test('obey a budget of attempts', async () => {
    const fixture = aDialer({ retry: limitRetries(defaultRetry, { attempts: 2 }) });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await settled();
      fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
      await fixture.clock.advanceAsync(LATER);
    }
    expect(await fixture.dialer.ended).toMatchObject({
      reason: 'shutdown',
      report: { trigger: 'dial-failed', epoch: 2 },
    });
  });

  test('a retry policy that throws is a crash, with its error', async () => {
    const fixture = aDialer({
      restart: 'temporary',
      retry: () => {
        throw new Error('bug in the policy');
      },
    });
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal', error: new Error('bug in the policy') });
    expect(verdicts(fixture)).toEqual(['crashed']);
  });
});

describe('what an attempt gets to know', () => {
  test('its dialer, its epoch, and where the last one went, so that it may go elsewhere', async () => {
    const epochs: number[] = [];
    const fixture = aDialer({
      url: rotateUrls(['ws://a.example/', 'ws://b.example/']),
      headers: ({ dialer, epoch }) => {
        epochs.push(epoch);
        return { 'x-dialer': dialer.id };
      },
    });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await settled();
      fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
      await fixture.clock.advanceAsync(LATER);
    }
    expect(fixture.transport.dials.map(({ request }) => request.url)).toEqual([
      'ws://a.example/',
      'ws://b.example/',
      'ws://a.example/',
      'ws://b.example/',
    ]);
    expect(fixture.transport.dials[0]?.request.headers).toEqual({ 'x-dialer': 'dialer-1' });
    expect(epochs).toEqual([1, 2, 3, 4]);
    expect(fixture.dialer.url).toBe('ws://b.example/');
  });

  test('its number, the last report, and that a fresh credential is wanted', async () => {
    const attempts: DialAttempt[] = [];
    const fixture = aDialer({
      headers: (attempt) => {
        attempts.push(attempt);
        return {};
      },
    });
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    await fixture.clock.advanceAsync(LATER);
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 401 });
    await fixture.clock.advanceAsync(LATER);
    expect(attempts.map(({ attempt, refresh, lastReport }) => [attempt, refresh, lastReport?.trigger])).toEqual([
      [1, false, undefined],
      [2, false, 'dial-failed'],
      [3, true, 'refused'],
    ]);
    fixture.transport.lastWire.emitClosed({ kind: 'refused', httpStatus: 401 });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown' });
  });

  test('the count starts again after a connection that was stable', async () => {
    const attempts: number[] = [];
    const fixture = aDialer({
      url: ({ attempt }) => {
        attempts.push(attempt);
        return 'ws://example.com/';
      },
    });
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    await fixture.clock.advanceAsync(LATER);
    const wire = await open(fixture);
    await fixture.clock.advanceAsync(1500);
    wire.emitClosed({ kind: 'socket-error' });
    await fixture.clock.advanceAsync(LATER);
    expect(attempts).toEqual([1, 2, 1]);
  });

  test('its signal aborts when the attempt takes too long, and the wire of a late answer is never dialed', async () => {
    let signal: AbortSignal | undefined;
    let answer: (url: string) => void = () => {};
    const fixture = aDialer({
      limits: { openWithinMs: 100 },
      url: (attempt) => {
        ({ signal } = attempt);
        return new Promise((resolve) => (answer = resolve));
      },
      retry: () => 'stop',
    });
    await fixture.clock.advanceAsync(150);
    expect(signal?.aborted).toBe(true);
    expect(await fixture.dialer.ended).toMatchObject({ report: { trigger: 'open-deadline' } });
    answer('ws://example.com/');
    await settled();
    expect(fixture.transport.dials).toHaveLength(0);
  });

  test.each<[string, Partial<DialOptions>]>([
    [
      'url throws',
      {
        url: () => {
          throw new Error('no token');
        },
      },
    ],
    ['headers reject', { headers: () => Promise.reject(new Error('no token')) }],
  ])('when %s it is an ordinary failed attempt', async (_what, options) => {
    const fixture = aDialer(options);
    await settled();
    expect(fixture.dialer.lastReport).toMatchObject({ trigger: 'dial-failed', cause: new Error('no token') });
    expect(fixture.dialer.state).toBe('waiting');
  });

  test('a wrong URL from a function is a failed attempt with that error', async () => {
    const fixture = aDialer({ url: () => 'http://example.com' });
    await settled();
    expect(fixture.dialer.lastReport?.cause).toMatchObject({ code: 'WIREKEEPER_OPTION' });
  });
});

describe('redial', () => {
  test('closes the connection with 1000 and the reason, and dials at once', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    fixture.dialer.redial('failover');
    expect(wire.asked).toEqual(['close 1000 failover']);
    wire.emitClosing();
    wire.emitClosed();
    await settled();
    expect(fixture.transport.dials).toHaveLength(2);
    expect(fixture.dialer.state).toBe('dialing');
  });

  test('is not a failure: the count of attempts stays', async () => {
    const attempts: number[] = [];
    const fixture = aDialer({
      url: ({ attempt }) => {
        attempts.push(attempt);
        return 'ws://example.com/';
      },
    });
    const wire = await open(fixture);
    fixture.dialer.redial();
    wire.emitClosing();
    wire.emitClosed();
    await settled();
    expect(attempts).toEqual([1, 1]);
  });

  test('cuts a wait short', async () => {
    const fixture = aDialer();
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    fixture.dialer.redial();
    await settled();
    expect(fixture.transport.dials).toHaveLength(2);
  });

  test("closes with a code of one's own, and goes on", async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    fixture.dialer.redial({ code: 4000, reason: 'keeps the session' });
    expect(wire.asked).toEqual(['close 4000 keeps the session']);
    wire.emitClosing(4000);
    wire.emitClosed();
    await open(fixture);
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2 });
  });

  test('to another URL goes there once', async () => {
    const fixture = aDialer();
    await open(fixture);
    fixture.dialer.redial({ url: 'ws://example.com/resume?session=1' });
    await open(fixture);
    fixture.dialer.redial();
    await settled();
    const urls = fixture.transport.dials.map(({ request }) => request.url);
    expect(urls).toEqual(['ws://example.com/feed', 'ws://example.com/resume?session=1', 'ws://example.com/feed']);
  });

  test('to what is no URL throws, and changes nothing', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    expect(() => fixture.dialer.redial({ url: 'http//example' })).toThrow(OptionError);
    expect([fixture.dialer.state, wire.asked]).toEqual(['up', []]);
  });

  test('with a reason that is too long throws, and changes nothing', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    expect(() => fixture.dialer.redial('x'.repeat(124))).toThrow(RangeError);
    expect([fixture.dialer.state, wire.asked]).toEqual(['up', []]);
  });
});

describe('connected', () => {
  test('resolves with the connection that is up, or the next one to be', async () => {
    const fixture = aDialer();
    const waiting = fixture.dialer.connected();
    await open(fixture);
    expect(await waiting).toBe(fixture.dialer.connection);
    expect(await fixture.dialer.connected()).toBe(fixture.dialer.connection);
  });

  test('rejects when the dialer exits first, and ever after', async () => {
    const fixture = aDialer({ retry: () => 'stop' });
    const waiting = expect(fixture.dialer.connected()).rejects.toThrow(EndedError);
    await settled();
    fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
    await waiting;
    await expect(fixture.dialer.connected()).rejects.toThrow(EndedError);
  });

  test('can be given a deadline; the dialer goes on', async () => {
    const fixture = aDialer();
    const waiting = expect(fixture.dialer.connected({ withinMs: 50 })).rejects.toThrow(DeadlineError);
    await fixture.clock.advanceAsync(60);
    await waiting;
    expect(fixture.dialer.state).toBe('dialing');
  });

  test('can be interrupted', async () => {
    const fixture = aDialer();
    const controller = new AbortController();
    const waiting = expect(fixture.dialer.connected({ signal: controller.signal })).rejects.toThrow('enough');
    controller.abort(new Error('enough'));
    await waiting;
    await expect(fixture.dialer.connected({ signal: controller.signal })).rejects.toThrow('enough');
  });
});

test('its status yields every step, and ends', async () => {
  const fixture = aDialer({
    handler: async (connection: Connection) => {
      await connection.receive();
    },
  });
  const seen: DialerStatus['type'][] = [];
  const watching = (async () => {
    for await (const status of fixture.dialer.status()) seen.push(status.type);
  })();
  await settled();
  fixture.transport.lastWire.emitClosed({ kind: 'dial-failed' });
  await fixture.clock.advanceAsync(LATER);
  const wire = await open(fixture);
  wire.deliver('enough');
  await settled();
  wire.emitClosing();
  wire.emitClosed();
  await watching;
  expect(seen).toEqual(['dialing', 'waiting', 'dialing', 'up', 'stopped']);
});
