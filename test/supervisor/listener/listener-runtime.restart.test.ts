import { describe, expect, test } from 'vitest';
import type { ListenOptions } from '../../../src/supervisor/api/listener.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';

async function aListener(options: Partial<ListenOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor(supervisorOptions);
  const listener = await fixture.supervisor.listen({
    id: 'door',
    port: 0,
    handler: (connection) => connection.closed,
    ...options,
  });
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

  // It used to be tried three times within a ms, and then its supervisor failed.
  test('is tried again after a backoff when the port cannot be had, and takes it when it is free', async () => {
    const { listener, supervisor, transport, clock, events } = await aListener();
    transport.listenError = new Error('EADDRINUSE');
    transport.losePort();
    await clock.advanceAsync(60_000);
    expect([supervisor.state, listener.state]).toEqual(['running', 'stopped']);
    const tries = events.filter(({ type }) => type === 'child.restarting').length;
    expect([tries >= 4, tries <= 12]).toEqual([true, true]);
    transport.listenError = undefined;
    await clock.advanceAsync(32_000);
    expect([listener.state, supervisor.child('door') === listener, listener.address?.port]).toEqual([
      'listening',
      true,
      4711,
    ]);
    expect(transport.upgrade().wire).toBeDefined();
  });

  test('fails its supervisor when the intensity is smaller than that pace', async () => {
    const { listener, supervisor, transport, clock } = await aListener({}, { intensity: { withinMs: 120_000 } });
    transport.listenError = new Error('EADDRINUSE');
    transport.losePort();
    await clock.advanceAsync(60_000);
    expect(await supervisor.ended).toMatchObject({
      outcome: 'failed',
      cause: { id: 'door', error: { code: 'WIREKEEPER_LISTEN' } },
    });
    expect(await listener.ended).toMatchObject({ id: 'door', reason: 'abnormal' });
  });

  test.each<[string, (scene: Awaited<ReturnType<typeof aListener>>) => Promise<unknown>]>([
    ['its user stops it', ({ listener }) => listener.stop()],
    ['its user terminates it', ({ listener }) => listener.terminate()],
    ['it is terminated', ({ supervisor }) => supervisor.terminateChild('door')],
    ['its supervisor stops', ({ supervisor }) => supervisor.stop()],
  ])('ends at once when %s while it waits', async (_what, end) => {
    const scene = await aListener();
    scene.transport.listenError = new Error('EADDRINUSE');
    scene.transport.losePort();
    await settled();
    await end(scene);
    await scene.listener.ended;
    expect([scene.clock.pending, scene.listener.state]).toEqual([0, 'stopped']);
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
  wire?.emitClosed({ kind: 'terminated' });
  await terminated;
});

test('terminated and restarted by hand it is a new handle', async () => {
  const { listener, supervisor, transport } = await aListener();
  await supervisor.terminateChild('door');
  expect(await listener.ended).toMatchObject({ reason: 'shutdown' });
  expect(transport.isAcceptorClosed).toBe(true);
  const restarted = await supervisor.restartChild('door');
  expect(restarted).not.toBe(listener);
  expect([listener.state, restarted]).toMatchObject(['stopped', { state: 'listening' }]);
});
