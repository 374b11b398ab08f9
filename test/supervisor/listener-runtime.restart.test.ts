import { describe, expect, test } from 'vitest';
import type { ListenOptions } from '../../src/supervisor/listener.js';
import type { SupervisorOptions } from '../../src/supervisor/supervisor.js';
import { aSupervisor } from '../support/a-supervisor.js';
import { settled } from '../support/settled.js';

async function aListener(options: Partial<ListenOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor(supervisorOptions);
  const listener = await fixture.supervisor.listen({ id: 'door', port: 0, handler: (connection) => connection.closed, ...options });
  return { ...fixture, listener };
}

describe('a listener that has lost its port', () => {
  test('is started again as the same handle, on the port it had', async () => {
    const { listener, supervisor, transport, events } = await aListener();
    transport.losePort();
    await settled();
    expect(transport.target).toMatchObject({ kind: 'port', port: 4711 });
    expect([listener.state, transport.isAcceptorClosed]).toEqual(['listening', false]);
    expect(supervisor.child('door')).toBe(listener);
    expect(transport.upgrade().wire).toBeDefined();
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'child.restarting',
        exit: expect.objectContaining({ reason: 'abnormal', error: new Error('the port of listener door was lost') }),
      }),
    );
  });

  test('stays suspended if it was', async () => {
    const { listener, transport } = await aListener();
    listener.suspend();
    transport.losePort();
    await settled();
    expect(listener.state).toBe('suspended');
    listener.resume();
    expect(listener.state).toBe('listening');
  });

  test('is tried again when the port cannot be had, and fails its supervisor when that happens too often', async () => {
    const { listener, supervisor, transport } = await aListener();
    transport.listenError = new Error('EADDRINUSE');
    transport.losePort();
    expect(await supervisor.ended).toMatchObject({ outcome: 'failed', cause: { id: 'door', error: { code: 'WIREKEEPER_LISTEN' } } });
    expect(await listener.ended).toMatchObject({ id: 'door', reason: 'abnormal' });
  });

  test('is forgotten if it is temporary', async () => {
    const { listener, supervisor, transport } = await aListener({ restart: 'temporary' });
    transport.losePort();
    expect(await listener.ended).toMatchObject({ reason: 'abnormal' });
    expect(supervisor.child('door')).toBeUndefined();
    expect(listener.state).toBe('stopped');
  });
});

test('its own stop is no crash', async () => {
  const { listener, supervisor, events } = await aListener();
  await listener.stop();
  expect(await listener.ended).toMatchObject({ reason: 'normal' });
  expect(supervisor.child('door')).toBeUndefined();
  expect(events.map(({ type }) => type)).not.toContain('child.restarting');
});

test('its connections are terminated at its shutdown budget', async () => {
  const { supervisor, transport, clock } = await aListener({ shutdown: 100 });
  const { wire } = transport.upgrade();
  const terminated = supervisor.terminateChild('door');
  await clock.advanceAsync(99);
  expect(wire?.asked).toEqual(['close 1001']);
  await clock.advanceAsync(1);
  expect(wire?.asked).toEqual(['close 1001', 'terminate']);
  wire?.tellClosed({ kind: 'terminated' });
  await terminated;
});

test('terminated and restarted by hand it is a new handle', async () => {
  const { listener, supervisor, transport } = await aListener();
  await supervisor.terminateChild('door');
  expect(await listener.ended).toMatchObject({ reason: 'shutdown' });
  expect(transport.isAcceptorClosed).toBe(true);
  const anew = await supervisor.restartChild('door');
  expect(anew).not.toBe(listener);
  expect([listener.state, anew]).toMatchObject(['stopped', { state: 'listening' }]);
});
