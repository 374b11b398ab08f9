import { createServer, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { isForOthers, wanting } from '../../../src/adapters/ws/neighbours.js';

const requestOf = (url: string) => ({ method: 'GET', url, headers: {} }) as unknown as IncomingMessage;
const wants = (path: string) =>
  wanting(
    () => {},
    ({ url }) => url === path,
  );

test('a request that nobody wants is left to all but one of our listeners', () => {
  const server = createServer();
  const [a, b] = [wants('/a'), wants('/b')];
  for (const listener of [a, b]) server.on('upgrade', listener);
  expect([a, b].map((listener) => isForOthers(server, listener, requestOf('/c')))).toEqual([true, false]);
});

test('a request that another of our listeners wants is left to it', () => {
  const server = createServer();
  const [a, b] = [wants('/a'), wants('/b')];
  for (const listener of [a, b]) server.on('upgrade', listener);
  expect(isForOthers(server, b, requestOf('/a'))).toBe(true);
  expect(isForOthers(server, a, requestOf('/b'))).toBe(true);
});

test('a request that it wants is not left to others, nor is one about which its function fails', () => {
  const server = createServer();
  const bug = wanting(
    () => {},
    () => {
      throw new Error('bug');
    },
  );
  const own = wants('/a');
  for (const listener of [own, bug, () => {}]) server.on('upgrade', listener);
  expect(isForOthers(server, own, requestOf('/a'))).toBe(false);
  expect(isForOthers(server, bug, requestOf('/a'))).toBe(false);
});

test('beside a listener of somebody else every request that is not wanted is left to it', () => {
  const server = createServer();
  const own = wants('/a');
  server.on('upgrade', own);
  expect(isForOthers(server, own, requestOf('/c'))).toBe(false);
  server.on('upgrade', () => {});
  expect(isForOthers(server, own, requestOf('/c'))).toBe(true);
});
