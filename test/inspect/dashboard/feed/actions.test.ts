import { expect, test } from 'vitest';
import { connect, createSupervisor } from '../../../../src/index.js';
import { act } from '../../../../src/inspect/dashboard/feed/actions.js';
import { createMemoryTransport } from '../../../../src/testing/memory-transport.js';

async function aService() {
  const transport = createMemoryTransport();
  const top = createSupervisor({ name: 'top', transport, liveness: false });
  const peers = createSupervisor({ name: 'peers', transport, liveness: false });
  const listener = await top.listen({ id: 'door', port: 0, handler: (connection) => connection.closed });
  const join = () => connect(`ws://memory:${listener.address?.port}/`, { supervisor: peers });
  return {
    top,
    join,
    async [Symbol.asyncDispose]() {
      await Promise.all([peers.stop(), top.stop()]);
    },
  };
}

test('closes with a code, or terminates', async () => {
  await using service = await aService();
  const peer = await service.join();
  const [id = ''] = service.top.connections.keys();
  const wrong = await act(service.top, { kind: 'close', connectionId: id, code: 1006, reason: '' });
  expect(wrong).toMatchObject({ isDone: false, error: expect.stringContaining('1006') });
  expect(await act(service.top, { kind: 'terminate', connectionId: id })).toEqual({ isDone: true });
  expect(await peer.closed).toMatchObject({ trigger: 'socket-ended' });
});

test('drains a share of the accepted connections', async () => {
  await using service = await aService();
  const peers = await Promise.all([service.join(), service.join()]);
  const drained = act(service.top, { kind: 'drain', supervisor: 'top', share: 1, spreadMs: 0 });
  expect(await drained).toEqual({ isDone: true });
  const reports = await Promise.all(peers.map((peer) => peer.closed));
  expect(reports.map(({ code }) => code)).toEqual([1012, 1012]);
});

test('says why nothing was done, and never throws', async () => {
  await using service = await aService();
  const { top } = service;
  expect(await act(top, { kind: 'terminate', connectionId: 'none' })).toMatchObject({ isDone: false });
  expect(await act(top, { kind: 'redial', supervisor: 'top', childId: 'door' })).toMatchObject({ isDone: false });
  expect(await act(top, { kind: 'drain', supervisor: 'none', share: 1, spreadMs: 0 })).toMatchObject({ isDone: false });
  const wrong = await act(top, { kind: 'drain', supervisor: 'top', share: 7, spreadMs: 0 });
  expect(wrong).toMatchObject({ isDone: false, error: expect.stringContaining('share') });
});

test('lets a dialer redial', async () => {
  await using service = await aService();
  service.top.dial({ id: 'feed', url: 'ws://memory:1/' });
  expect(await act(service.top, { kind: 'redial', supervisor: 'top', childId: 'feed' })).toEqual({ isDone: true });
});
