import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialerStatus } from '../../../src/supervisor/api/dialer.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';

const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1_000, firstWithinMs: 100 };

/** A dialer whose handler leaves it to the test to say that it is ready. */
function aDialer(options: Partial<DialOptions> = {}) {
  const fixture = aSupervisor();
  let finish = () => {};
  const connections: Connection[] = [];
  const dialer = fixture.supervisor.dial({
    id: 'feed',
    url: 'ws://a.example/',
    backoff: BACKOFF,
    ready: 'handler',
    limits: { readyWithinMs: 2_000 },
    handler: (connection) => {
      connections.push(connection);
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    ...options,
  });
  const open = async (): Promise<Connection> => {
    await settled();
    fixture.transport.lastWire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    await settled();
    return connections.at(-1) as Connection;
  };
  const statuses = (): DialerStatus[] =>
    fixture.events.flatMap((event) => (event.type === 'dialer.status' ? [event.status] : []));
  return { ...fixture, dialer, open, statuses, finish: () => finish() };
}

describe('until its handler calls ready, an open connection is not up:', () => {
  test('there is no connection to send on, and its status says that it is open', async () => {
    const { dialer, open, transport, statuses } = aDialer();
    const connection = await open();
    expect(connection.state).toBe('open');
    expect([dialer.state, dialer.connection, dialer.send('too early')]).toEqual(['dialing', undefined, 'closed']);
    expect(transport.lastWire.sent).toEqual([]);
    expect(statuses().at(-1)).toEqual({ type: 'dialing', attempt: 1, opened: true });
    connection.ready();
    expect([dialer.state, dialer.connection, dialer.send('now')]).toEqual(['up', connection, 'taken']);
    expect(statuses().at(-1)).toEqual({ type: 'up', connection });
  });

  test('connected waits for it', async () => {
    const { dialer, open } = aDialer();
    const order: string[] = [];
    const connected = dialer.connected().then((connection) => {
      order.push('connected');
      return connection;
    });
    const connection = await open();
    order.push('ready');
    connection.ready();
    expect(await connected).toBe(connection);
    expect(order).toEqual(['ready', 'connected']);
  });

  test('frames$ leaves its frames to the handler', async () => {
    const { dialer, open, transport } = aDialer();
    const texts: string[] = [];
    dialer.frames$.subscribe((frame) => texts.push(frame.text()));
    const connection = await open();
    transport.lastWire.deliver('welcome');
    expect((await connection.receive())?.text()).toBe('welcome');
    connection.ready();
    transport.lastWire.deliver('data');
    await settled();
    expect(texts).toEqual(['data']);
  });

  test('the time for stableAfterMs does not run', async () => {
    const { dialer, open, transport, clock, statuses } = aDialer({ limits: { readyWithinMs: 10_000 } });
    await open();
    await clock.advanceAsync(5_000);
    transport.lastWire.emitClosed({ kind: 'socket-ended' });
    await settled();
    await clock.advanceAsync(200);
    expect(statuses().at(-1)).toEqual({ type: 'dialing', attempt: 2 });
    const second = await open();
    second.ready();
    await clock.advanceAsync(1_500);
    transport.lastWire.emitClosed({ kind: 'socket-ended' });
    await settled();
    await clock.advanceAsync(200);
    expect(statuses().at(-1)).toEqual({ type: 'dialing', attempt: 1 });
    expect(dialer.lastReport).toMatchObject({ epoch: 2, trigger: 'socket-ended' });
  });

  test('a redial changes nothing, since an attempt is under way', async () => {
    const { dialer, open, transport } = aDialer();
    const connection = await open();
    dialer.redial('impatient');
    expect([connection.state, transport.dials.length, transport.lastWire.asked]).toEqual(['open', 1, []]);
  });

  test.each(['stop', 'terminate'] as const)('%s ends it, and the dialer', async (how) => {
    const { dialer, open, transport } = aDialer();
    await open();
    const ended = dialer[how]();
    expect(transport.lastWire.asked).toEqual(how === 'stop' ? ['close 1000'] : ['close 1000', 'terminate']);
    if (how === 'stop') transport.lastWire.emitClosing();
    transport.lastWire.emitClosed({ kind: how === 'stop' ? 'closed' : 'terminated' });
    expect(await ended).toMatchObject({ reason: 'normal' });
    expect(dialer.state).toBe('stopped');
  });
});

describe('a handler that does not call ready', () => {
  test('has its connection closed with 3008 when readyWithinMs has passed, and the dialer tries again', async () => {
    const { open, transport, clock, dialer, supervisor } = aDialer();
    await open();
    await clock.advanceAsync(1_900);
    expect(transport.lastWire.asked).toEqual([]);
    await clock.advanceAsync(200);
    expect(transport.lastWire.asked).toEqual(['close 3008 not ready in time']);
    transport.lastWire.emitClosing(3008);
    transport.lastWire.emitClosed();
    await settled();
    expect(supervisor.endings).toMatchObject([
      { trigger: 'ready-deadline', code: 3008, startedBy: 'local', phase: 'open', outcome: 'closed' },
    ]);
    expect(dialer.state).toBe('waiting');
    await clock.advanceAsync(200);
    expect(transport.dials).toHaveLength(2);
  });

  test('and returns has finished its dialer', async () => {
    const { open, transport, dialer, finish } = aDialer();
    await open();
    finish();
    await settled();
    transport.lastWire.emitClosing();
    transport.lastWire.emitClosed();
    expect(await dialer.ended).toMatchObject({ reason: 'normal', report: { trigger: 'handler-returned' } });
  });
});

test('readyWithinMs ends with ready', async () => {
  const { open, clock } = aDialer();
  const connection = await open();
  connection.ready();
  await clock.advanceAsync(60_000);
  expect(connection.state).toBe('open');
});

test('a second ready, one after the end, and one of a connection that was replaced change nothing', async () => {
  const { open, dialer, transport, clock, statuses } = aDialer();
  const first = await open();
  first.ready();
  first.ready();
  expect(statuses().filter(({ type }) => type === 'up')).toHaveLength(1);
  dialer.redial();
  const second = await open();
  first.ready();
  expect(dialer.state).toBe('dialing');
  second.ready();
  expect(dialer.connection).toBe(second);
  transport.lastWire.emitClosed({ kind: 'socket-ended' });
  await clock.advanceAsync(0);
  second.ready();
  expect(dialer.state).toBe('waiting');
});

test('a subscriber of connection.opened may close the connection, and no deadline is left', async () => {
  const { open, supervisor, dialer, clock, transport } = aDialer();
  supervisor.events$.subscribe((event) => {
    if (event.type === 'connection.opened') event.connection.close(4001);
  });
  await open();
  await clock.advanceAsync(2_500);
  expect(transport.lastWire.asked).toEqual(['close 4001']);
  transport.lastWire.emitClosing(4001);
  transport.lastWire.emitClosed();
  expect(await dialer.ended).toMatchObject({ reason: 'normal', report: { code: 4001 } });
});

test('without the option, ready does nothing', async () => {
  const { open, dialer } = aDialer({ ready: 'open', limits: {} });
  const connection = await open();
  expect(dialer.connection).toBe(connection);
  connection.ready();
  expect(dialer).toMatchObject({ state: 'up', connection });
});
