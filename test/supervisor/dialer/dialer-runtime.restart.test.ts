import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialerStatus } from '../../../src/supervisor/api/dialer.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import type { FakeTransport } from '../../support/fake-transport.js';
import { settled } from '../../support/settled.js';

/** After the first crash a dialer waits no longer, in ms; its timer may be late by a sixteenth. */
const LONGEST_WAIT_MS = 5_000 + 5_000 / 16;

/** Fails at the frame `crash`, returns at the frame `enough`. */
const handler = async (connection: Connection): Promise<void> => {
  for await (const { data } of connection) {
    if (data.toString() === 'crash') throw new Error('a bug');
    if (data.toString() === 'enough') return;
  }
};

async function up({ transport }: { readonly transport: FakeTransport }): Promise<void> {
  await settled();
  transport.lastWire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
  await settled();
}

/** A frame that ends the handler, and the closing handshake that follows. */
async function end({ transport }: { readonly transport: FakeTransport }, frame: 'crash' | 'enough'): Promise<void> {
  const wire = transport.lastWire;
  wire.deliver(frame);
  await settled();
  wire.emitClosing(frame === 'crash' ? 1011 : 1000);
  wire.emitClosed();
  await settled();
}

async function aDialer(options: Partial<DialOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor({ dialLimiter: { perSecond: Number.POSITIVE_INFINITY }, ...supervisorOptions });
  const dialer = fixture.supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler, ...options });
  await up(fixture);
  return { ...fixture, dialer };
}

describe('a dialer whose handler crashes', () => {
  test('is started again at once, as the same handle, and dials after a backoff, with the next epoch', async () => {
    const fixture = await aDialer();
    let hasEnded = false;
    void fixture.dialer.ended.then(() => (hasEnded = true));
    await end(fixture, 'crash');
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['waiting', 1]);
    expect(fixture.supervisor.whichChildren()).toMatchObject([{ state: 'running', restarts: 1 }]);
    await fixture.clock.advanceAsync(2_499);
    expect(fixture.transport.dials).toHaveLength(1);
    await fixture.clock.advanceAsync(LONGEST_WAIT_MS);
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['dialing', 2]);
    await up(fixture);
    expect(fixture.supervisor.child('feed')).toBe(fixture.dialer);
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2, state: 'open' });
    expect(fixture.dialer.lastReport).toMatchObject({ trigger: 'handler-threw', handlerError: new Error('a bug') });
    expect(hasEnded).toBe(false);
    expect(fixture.events).toContainEqual(
      expect.objectContaining({
        type: 'child.restarting',
        exit: expect.objectContaining({
          id: 'feed',
          reason: 'abnormal',
          error: new Error('a bug'),
          report: expect.objectContaining({ epoch: 1 }),
        }),
      }),
    );
  });

  test('keeps the waits for a connection, and its status goes on', async () => {
    const fixture = await aDialer();
    const seen: DialerStatus['type'][] = [];
    const watching = (async () => {
      for await (const status of fixture.dialer.status()) seen.push(status.type);
    })();
    await end(fixture, 'crash');
    const waiting = fixture.dialer.connected();
    await fixture.clock.advanceAsync(LONGEST_WAIT_MS);
    await up(fixture);
    expect(await waiting).toBe(fixture.dialer.connection);
    await end(fixture, 'enough');
    await watching;
    expect(seen).toEqual(['up', 'failed', 'waiting', 'dialing', 'up', 'stopped']);
  });

  // A poisoned message used to take the service down: four restarts in 40 ms, and the listener beside it was closed.
  test('after every connect leaves a listener beside it serving, with the defaults, for as long as one watches', async () => {
    const fixture = await aDialer({}, { dialLimiter: undefined });
    const listener = await fixture.supervisor.listen({ port: 0, handler: (connection) => connection.closed });
    const waits: number[] = [];
    for (let crash = 1; crash <= 100; crash += 1) {
      await end(fixture, 'crash');
      const { clock, dialer, transport } = fixture;
      const wentAt = clock.now();
      while (dialer.state === 'waiting') await clock.advanceAsync((clock.nextDueAt ?? 0) - clock.now());
      waits.push(clock.now() - wentAt);
      expect([dialer.state, transport.dials.length]).toEqual(['dialing', crash + 1]);
      await up(fixture);
    }
    expect(Math.min(...waits.slice(3))).toBeGreaterThanOrEqual(15_000);
    expect([fixture.supervisor.state, listener.state, fixture.transport.upgrade().wire === undefined]).toEqual([
      'running',
      'listening',
      false,
    ]);
    expect(fixture.supervisor.whichChildren()).toMatchObject([{ id: 'feed', restarts: 100 }, { state: 'running' }]);
  });

  test('shows that it waits: how many crashes there were, for how long, and the report of the last', async () => {
    const fixture = await aDialer();
    await end(fixture, 'crash');
    const { value: first } = await fixture.dialer.status().next();
    expect(first).toMatchObject({ type: 'waiting', attempt: 1, report: { trigger: 'handler-threw', epoch: 1 } });
    await fixture.clock.advanceAsync(LONGEST_WAIT_MS);
    await up(fixture);
    await end(fixture, 'crash');
    const { value: second } = await fixture.dialer.status().next();
    expect(second).toMatchObject({ type: 'waiting', attempt: 2, report: { epoch: 2 } });
    expect([
      first?.delayMs >= 2_500 && first?.delayMs <= 5_000,
      second?.delayMs >= 5_000 && second?.delayMs <= 10_000,
    ]).toEqual([true, true]);
  });

  test('after a long stable time has the shortest wait again', async () => {
    const fixture = await aDialer({ backoff: { initialMs: 100, firstWithinMs: 0, factor: 10, stableAfterMs: 10_000 } });
    await end(fixture, 'crash');
    await fixture.clock.advanceAsync(200);
    await up(fixture);
    await fixture.clock.advanceAsync(10_000);
    await end(fixture, 'crash');
    const { value } = await fixture.dialer.status().next();
    expect(value).toMatchObject({ type: 'waiting', attempt: 1 });
    expect(value?.delayMs).toBeLessThanOrEqual(100);
  });

  test('does not wait when its user redials', async () => {
    const fixture = await aDialer();
    await end(fixture, 'crash');
    fixture.dialer.redial();
    expect(fixture.dialer.state).toBe('dialing');
    await up(fixture);
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2 });
  });

  test.each(['stop', 'terminate'] as const)('ends at once on %s while it waits', async (how) => {
    const fixture = await aDialer();
    await end(fixture, 'crash');
    if (how === 'stop') expect(await fixture.dialer.stop()).toMatchObject({ reason: 'normal' });
    else await fixture.supervisor.terminateChild('feed');
    expect([fixture.dialer.state, fixture.clock.pending]).toEqual(['stopped', 0]);
  });

  test('fails its supervisor when it does so more often than the intensity allows, as in OTP', async () => {
    const fixture = await aDialer({ backoff: { initialMs: 100, maxMs: 100 } });
    for (let i = 0; i < 4; i++) {
      await end(fixture, 'crash');
      if (i === 3) break;
      await fixture.clock.advanceAsync(110);
      await up(fixture);
    }
    expect(await fixture.supervisor.ended).toMatchObject({
      outcome: 'failed',
      cause: { id: 'feed', error: new Error('a bug'), report: { epoch: 4 } },
    });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal' });
  });

  test('is not restarted if it is temporary, and its id is free', async () => {
    const fixture = await aDialer({ restart: 'temporary' });
    await end(fixture, 'crash');
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal', error: new Error('a bug') });
    expect(fixture.supervisor.child('feed')).toBeUndefined();
  });

  test('stopped by its user at the same moment is not restarted', async () => {
    const fixture = await aDialer({ restart: 'permanent' });
    fixture.transport.lastWire.deliver('crash');
    await settled();
    const ended = fixture.dialer.stop();
    fixture.transport.lastWire.emitClosing(1011);
    fixture.transport.lastWire.emitClosed();
    await ended;
    expect(fixture.supervisor.child('feed')).toBeUndefined();
    expect(fixture.transport.dials).toHaveLength(1);
  });
});

describe('a dialer that has finished', () => {
  test('keeps its spec if it is transient; restartChild makes a new one', async () => {
    const fixture = await aDialer();
    await end(fixture, 'enough');
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'normal' });
    expect(fixture.supervisor.whichChildren()).toMatchObject([{ id: 'feed', kind: 'dialer', state: 'stopped' }]);
    const next = await fixture.supervisor.restartChild('feed');
    expect(next).not.toBe(fixture.dialer);
    await up(fixture);
    expect([next, fixture.dialer]).toMatchObject([{ state: 'up' }, { state: 'stopped' }]);
    await expect(fixture.dialer.connected()).rejects.toThrow(EndedError);
  });

  test('an old handle stopped by its user leaves the new one alone', async () => {
    const fixture = await aDialer();
    await end(fixture, 'enough');
    await fixture.supervisor.restartChild('feed');
    await up(fixture);
    await fixture.dialer.stop();
    await settled();
    expect(fixture.supervisor.child('feed')).toMatchObject({ state: 'up' });
  });

  test('is dialed again at once if it is permanent, and after a backoff if it finishes again soon', async () => {
    const fixture = await aDialer({ restart: 'permanent' });
    await end(fixture, 'enough');
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['dialing', 2]);
    await up(fixture);
    await end(fixture, 'enough');
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['waiting', 2]);
    await fixture.clock.advanceAsync(LONGEST_WAIT_MS);
    expect(fixture.transport.dials).toHaveLength(3);
  });
});

test('a restart of all dials again with the same handle, and a redial counts for nothing', async () => {
  const fixture = await aDialer({}, { strategy: 'one_for_all', intensity: { maxRestarts: 1 } });
  const other = fixture.supervisor.dial({ id: 'other', url: 'ws://example.com/', handler });
  const first = fixture.transport.lastWire;
  await up(fixture);
  fixture.transport.lastWire.emitClosed({ kind: 'socket-error' });
  await fixture.clock.advanceAsync(6_000);
  await up(fixture);
  const second = fixture.transport.lastWire;
  first.deliver('crash');
  await settled();
  first.emitClosing(1011);
  first.emitClosed();
  await settled();
  expect(second.asked).toEqual(['close 1001']);
  second.emitClosing(1001);
  second.emitClosed();
  await settled();
  expect([fixture.dialer.state, other.state]).toEqual(['waiting', 'dialing']);
  await fixture.clock.advanceAsync(LONGEST_WAIT_MS);
  expect(fixture.dialer.state).toBe('dialing');
  expect(fixture.supervisor.child('other')).toBe(other);
});

test('a dialer whose peer does not answer the Close is terminated at its shutdown budget', async () => {
  const fixture = await aDialer({ shutdown: 100 });
  const terminated = fixture.supervisor.terminateChild('feed');
  expect(fixture.transport.lastWire.asked).toEqual(['close 1001']);
  await fixture.clock.advanceAsync(100);
  expect(fixture.transport.lastWire.asked).toEqual(['close 1001', 'terminate']);
  fixture.transport.lastWire.emitClosed({ kind: 'terminated' });
  await terminated;
  expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown' });
});

test('a brutal one is terminated at once', async () => {
  const fixture = await aDialer({ shutdown: 'brutal' });
  const terminated = fixture.supervisor.terminateChild('feed');
  expect(fixture.transport.lastWire.asked.at(-1)).toBe('terminate');
  fixture.transport.lastWire.emitClosed({ kind: 'terminated' });
  await terminated;
});
