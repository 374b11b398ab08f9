import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocketServer } from 'wirekeeper/ws';

let supervisor: Supervisor;
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await supervisor.stop();
});

/** A server of socket.io whose WebSockets are wirekeeper's, by its option `wsEngine`. */
async function serve(port = 0): Promise<{ readonly http: HttpServer; readonly server: Server; readonly port: number }> {
  supervisor = createSupervisor();
  const own = supervisor;
  class Supervised extends WebSocketServer {
    constructor(options: object) {
      super({ ...options, supervisor: own });
    }
  }
  const http = createServer();
  const server = new Server(http, { wsEngine: Supervised, transports: ['websocket'] } as object);
  server.on('connection', (socket) => socket.on('echo', (value, done) => done(value)));
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  return { http, server, port: (http.address() as AddressInfo).port };
}

const triggers = () => supervisor.endings.map(({ trigger }) => trigger);

test('socket.io runs by its wsEngine, and its clients come back after a drain', async () => {
  const first = await serve();
  const client = io(`http://127.0.0.1:${first.port}`, { transports: ['websocket'], reconnectionDelay: 20 });
  clients.push(client);
  const reasons: string[] = [];
  client.on('disconnect', (reason) => reasons.push(reason));
  expect(await client.emitWithAck('echo', { bytes: Buffer.from('x') })).toEqual({ bytes: Buffer.from('x') });

  await supervisor.drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 5_000 });
  expect(triggers()).toEqual(['drained']);
  await first.server.close();

  const second = await serve(first.port);
  await expect.poll(() => client.connected).toBe(true);
  expect(await client.emitWithAck('echo', 'again')).toBe('again');
  client.close();
  await expect.poll(triggers).toEqual(['peer-closed']);
  expect(reasons).toEqual(['transport close', 'io client disconnect']);
  await second.server.close();
});
