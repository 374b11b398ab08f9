import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/connection.js';
import type { DialerStatus, DialOptions } from '../../src/supervisor/dialer.js';
import type { SupervisorOptions } from '../../src/supervisor/supervisor.js';
import { EndedError } from '../../src/transport/errors.js';
import { aSupervisor } from '../support/a-supervisor.js';
import type { FakeTransport } from '../support/fake-transport.js';
import { settled } from '../support/settled.js';

/** Fails at the frame `crash`, returns at the frame `enough`. */
const handler = async (connection: Connection): Promise<void> => {
  for await (const { data } of connection) {
    if (data.toString() === 'crash') throw new Error('a bug');
    if (data.toString() === 'enough') return;
  }
};

async function up({ transport }: { readonly transport: FakeTransport }): Promise<void> {
  await settled();
  transport.lastWire.tell({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
  await settled();
}

/** A frame that ends the handler, and the closing handshake that follows. */
async function end({ transport }: { readonly transport: FakeTransport }, frame: 'crash' | 'enough'): Promise<void> {
  const wire = transport.lastWire;
  wire.deliver(frame);
  await settled();
  wire.tellClosing(frame === 'crash' ? 1011 : 1000);
  wire.tellClosed();
  await settled();
}

async function aDialer(options: Partial<DialOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor({ dialLimiter: { perSecond: Number.POSITIVE_INFINITY }, ...supervisorOptions });
  const dialer = fixture.supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler, ...options });
  await up(fixture);
  return { ...fixture, dialer };
}

describe('a dialer whose handler crashes', () => {
  test('is started anew as the same handle, with the next epoch, at once', async () => {
    const fixture = await aDialer();
    let hasEnded = false;
    void fixture.dialer.ended.then(() => (hasEnded = true));
    await end(fixture, 'crash');
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['dialing', 2]);
    await up(fixture);
    expect(fixture.supervisor.child('feed')).toBe(fixture.dialer);
    expect(fixture.dialer.connection).toMatchObject({ epoch: 2, state: 'open' });
    expect(fixture.dialer.lastReport).toMatchObject({ trigger: 'handler-threw', handlerError: new Error('a bug') });
    expect(hasEnded).toBe(false);
    expect(fixture.events).toContainEqual(
      expect.objectContaining({
        type: 'child.restarting',
        exit: expect.objectContaining({ id: 'feed', reason: 'abnormal', error: new Error('a bug'), report: expect.objectContaining({ epoch: 1 }) }),
      }),
    );
  });

  test('keeps those who wait for a connection, and its status goes on', async () => {
    const fixture = await aDialer();
    const seen: DialerStatus['type'][] = [];
    const watching = (async () => {
      for await (const status of fixture.dialer.status()) seen.push(status.type);
    })();
    await end(fixture, 'crash');
    const waiting = fixture.dialer.connected();
    await up(fixture);
    expect(await waiting).toBe(fixture.dialer.connection);
    await end(fixture, 'enough');
    await watching;
    expect(seen).toEqual(['up', 'failed', 'dialing', 'up', 'stopped']);
  });

  test('fails its supervisor when it does so too often', async () => {
    const fixture = await aDialer();
    for (let i = 0; i < 4; i++) {
      await end(fixture, 'crash');
      if (i < 3) await up(fixture);
    }
    expect(await fixture.supervisor.ended).toMatchObject({ outcome: 'failed', cause: { id: 'feed', error: new Error('a bug'), report: { epoch: 4 } } });
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal' });
  });

  test('is not restarted if it is temporary, and its id is free', async () => {
    const fixture = await aDialer({ restart: 'temporary' });
    await end(fixture, 'crash');
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal', error: new Error('a bug') });
    expect(fixture.supervisor.child('feed')).toBeUndefined();
  });

  test('stopped by its user in that very moment is not restarted', async () => {
    const fixture = await aDialer({ restart: 'permanent' });
    fixture.transport.lastWire.deliver('crash');
    await settled();
    const ended = fixture.dialer.stop();
    fixture.transport.lastWire.tellClosing(1011);
    fixture.transport.lastWire.tellClosed();
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
    const anew = await fixture.supervisor.restartChild('feed');
    expect(anew).not.toBe(fixture.dialer);
    await up(fixture);
    expect([anew, fixture.dialer]).toMatchObject([{ state: 'up' }, { state: 'stopped' }]);
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

  test('is dialed again if it is permanent', async () => {
    const fixture = await aDialer({ restart: 'permanent' });
    await end(fixture, 'enough');
    expect([fixture.dialer.state, fixture.transport.dials.length]).toEqual(['dialing', 2]);
  });
});

test('a restart of all dials anew as the same handle, and a redial counts for nothing', async () => {
  const fixture = await aDialer({}, { strategy: 'one_for_all', intensity: { maxRestarts: 1 } });
  const other = fixture.supervisor.dial({ id: 'other', url: 'ws://example.com/', handler });
  const first = fixture.transport.lastWire;
  await up(fixture);
  fixture.transport.lastWire.tellClosed({ kind: 'socket-error' });
  await fixture.clock.advanceAsync(6_000);
  await up(fixture);
  const second = fixture.transport.lastWire;
  first.deliver('crash');
  await settled();
  first.tellClosing(1011);
  first.tellClosed();
  await settled();
  expect(second.asked).toEqual(['close 1001']);
  second.tellClosing(1001);
  second.tellClosed();
  await settled();
  expect([fixture.dialer.state, other.state]).toEqual(['dialing', 'dialing']);
  expect(fixture.supervisor.child('other')).toBe(other);
});

test('a dialer whose peer does not answer the Close is terminated at its shutdown budget', async () => {
  const fixture = await aDialer({ shutdown: 100 });
  const terminated = fixture.supervisor.terminateChild('feed');
  expect(fixture.transport.lastWire.asked).toEqual(['close 1001']);
  await fixture.clock.advanceAsync(100);
  expect(fixture.transport.lastWire.asked).toEqual(['close 1001', 'terminate']);
  fixture.transport.lastWire.tellClosed({ kind: 'terminated' });
  await terminated;
  expect(await fixture.dialer.ended).toMatchObject({ reason: 'shutdown' });
});

test('a brutal one is terminated at once', async () => {
  const fixture = await aDialer({ shutdown: 'brutal' });
  const terminated = fixture.supervisor.terminateChild('feed');
  expect(fixture.transport.lastWire.asked.at(-1)).toBe('terminate');
  fixture.transport.lastWire.tellClosed({ kind: 'terminated' });
  await terminated;
});
