import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { authorityOf, listenOn, stopListening } from '../../../src/cli/config/place.js';
import { ListenError } from '../../../src/index.js';

test.each([
  ['127.0.0.1', '127.0.0.1:80'],
  ['localhost', 'localhost:80'],
  ['::1', '[::1]:80'],
  ['0.0.0.0', '127.0.0.1:80'],
  ['::', '[::1]:80'],
])('a service on %s is to be had at %s', (host, authority) => {
  expect(authorityOf({ host, port: 80 })).toBe(authority);
});

test('reports the port that was chosen, and frees it', async () => {
  const [first, second] = [createServer(), createServer()];
  const port = await listenOn(first, { host: '127.0.0.1', port: 0 });
  expect(port).toBeGreaterThan(0);
  await stopListening(first);
  expect(await listenOn(second, { host: '127.0.0.1', port })).toBe(port);
  await stopListening(second);
});

test('says that a port is in use, and what to do', async () => {
  const [first, second] = [createServer(), createServer()];
  const port = await listenOn(first, { host: '127.0.0.1', port: 0 });
  const message = `port ${port} of 127.0.0.1 is in use; choose another with --port (EADDRINUSE).`;
  await expect(listenOn(second, { host: '127.0.0.1', port })).rejects.toThrow(new ListenError(message));
  await stopListening(first);
});

test('says that a host is no address of this machine', async () => {
  // RFC 5737: an address of documentation, nobody's.
  const message = 'host 192.0.2.1 is no address of this machine; choose another with --host (EADDRNOTAVAIL).';
  await expect(listenOn(createServer(), { host: '192.0.2.1', port: 0 })).rejects.toThrow(new ListenError(message));
});
