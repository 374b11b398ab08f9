import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { SharedServer } from '../../../src/transport/ws/shared-server.js';

type UpgradeDecider = { shouldUpgradeCallback?: (message: unknown) => boolean };

const aRequest = (upgrade: string, method = 'GET') => ({
  method,
  url: '/',
  httpVersion: '1.1',
  headers: { upgrade },
  rawHeaders: [],
  socket: undefined,
});

/** A server that decides whether to upgrade, as Node's do from 24.9 on. */
function aServer() {
  const server = createServer();
  const shouldUpgradeCallback = () => server.listenerCount('upgrade') > 0;
  Object.assign(server, { shouldUpgradeCallback });
  return { server, decider: server as UpgradeDecider, shouldUpgradeCallback };
}

const ignore = () => {};

test('a server that decides which requests upgrade keeps those that are not ours', () => {
  const { server, decider } = aServer();
  const shared = new SharedServer(server, () => true, ignore);
  shared.open();
  expect(
    ['websocket', 'h2c, WebSocket/13', 'h2c', ''].map((upgrade) => decider.shouldUpgradeCallback?.(aRequest(upgrade))),
  ).toEqual([true, true, false, false]);
  server.on('upgrade', ignore);
  expect(decider.shouldUpgradeCallback?.(aRequest('h2c'))).toBe(true);
});

test('what its owner does not want to be an upgrade is none', () => {
  const { server, decider } = aServer();
  decider.shouldUpgradeCallback = () => false;
  new SharedServer(server, () => true, ignore).open();
  expect(decider.shouldUpgradeCallback(aRequest('websocket'))).toBe(false);
});

test.each([
  ['the first first', [0, 1]],
  ['the last first', [1, 0]],
])('it is as it was when all have closed, %s', (_what, order) => {
  const { server, decider, shouldUpgradeCallback } = aServer();
  const both = [new SharedServer(server, () => true, ignore)];
  both[0]?.open();
  both.push(new SharedServer(server, () => true, ignore));
  both[1]?.open();
  for (const index of order) both[index]?.close();
  expect([decider.shouldUpgradeCallback, server.listenerCount('upgrade')]).toEqual([shouldUpgradeCallback, 0]);
});

test('what its owner has set since stays', () => {
  const { server, decider } = aServer();
  const shared = new SharedServer(server, () => true, ignore);
  shared.open();
  const own = () => true;
  decider.shouldUpgradeCallback = own;
  shared.close();
  expect(decider.shouldUpgradeCallback).toBe(own);
});
