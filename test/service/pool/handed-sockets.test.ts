import { createServer } from 'node:http';
import { connect, createServer as createNetServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { listenOn } from '../../../src/cli/config/place.js';
import { systemClock } from '../../../src/index.js';
import { HandedSockets } from '../../../src/service/pool/handed-sockets.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/index.js';
import { settled } from '../../support/settled.js';

const HANDSHAKE = 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

/** An HTTP server without a port, to which the sockets of another one are handed. */
async function handing(clock: HeapClock | typeof systemClock, reports: unknown[] = []) {
  const sockets = new HandedSockets(clock, (load) => reports.push(load));
  const server = createServer({ headersTimeout: 300, connectionsCheckingInterval: 50 }, (_request, response) =>
    response.end('served'),
  );
  const upgraded: Socket[] = [];
  server.on('upgrade', (request) => {
    upgraded.push(request.socket);
    request.socket.resume();
  });
  const front = createNetServer((socket) => sockets.take(socket));
  const port = await listenOn(front, { host: '127.0.0.1', port: 0 });
  return {
    sockets,
    server,
    upgraded,
    dial: () => connect(port, '127.0.0.1').on('error', () => {}),
    async [Symbol.asyncDispose]() {
      sockets.close();
      server.close();
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}

test('serves sockets that were handed, also those whose client ends its side first', async () => {
  await using handed = await handing(systemClock);
  handed.sockets.serveBy(handed.server);
  const client = handed.dial();
  client.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect((await client.toArray()).join('')).toContain('served');
});

// Node watches over the times of requests from a server's `listening` on, which this one never does by itself.
test('cuts clients that never send their request, as a server with a port does', async () => {
  await using handed = await handing(systemClock);
  handed.sockets.serveBy(handed.server);
  const client = handed.dial();
  client.write('GET / HTTP/1.1\r\n');
  expect((await client.toArray()).join('')).toMatch(/^HTTP\/1\.1 408 /);
});

test('is settled when each socket has been upgraded or closed, and no handshake is under way', async () => {
  const clock = createHeapClock();
  await using handed = await handing(clock);
  handed.sockets.serveBy(handed.server);
  let handshakes = 1;
  let isSettled = false;
  const client = handed.dial();
  client.write(HANDSHAKE.slice(0, 20));
  await expect.poll(() => handed.sockets.open).toBe(1);
  const waited = handed.sockets
    .settled(() => handshakes, 60_000)
    .then(() => {
      isSettled = true;
    });
  await clock.advanceAsync(1000);
  expect(isSettled).toBe(false);
  client.write(HANDSHAKE.slice(20));
  await expect.poll(() => handed.upgraded.length).toBe(1);
  await clock.advanceAsync(1000);
  expect(isSettled).toBe(false);
  handshakes = 0;
  await clock.advanceAsync(1000);
  await waited;
  client.destroy();
});

test('a client that never sends its request is not waited for longer than it may take', async () => {
  const clock = createHeapClock();
  await using handed = await handing(clock);
  handed.sockets.serveBy(handed.server);
  const client = handed.dial();
  await expect.poll(() => handed.sockets.open).toBe(1);
  const waited = handed.sockets.settled(() => 0, 5000);
  await clock.advanceAsync(5000);
  await waited;
  client.destroy();
});

test('reports how many have come and are there, several changes at once', async () => {
  const clock = createHeapClock();
  const reports: unknown[] = [];
  await using handed = await handing(clock, reports);
  handed.sockets.serveBy(handed.server);
  const clients = [handed.dial(), handed.dial()];
  await expect.poll(() => handed.sockets.open).toBe(2);
  await clock.advanceAsync(100);
  expect(reports).toEqual([{ kind: 'load', received: 2, open: 2 }]);
  for (const client of clients) client.destroy();
  await expect.poll(() => handed.sockets.open).toBe(0);
  await settled();
  await clock.advanceAsync(100);
  expect(reports[1]).toEqual({ kind: 'load', received: 2, open: 0 });
});
