import { promisify } from 'node:util';
import { serve as serveHono } from '@hono/node-server';
import { createNodeWebSocket } from '@hono/node-ws';
import { Hono } from 'hono';

/** @param {number} port */
export async function serve(port) {
  const app = new Hono();
  const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });
  app.get(
    '/echo',
    upgradeWebSocket(() => ({
      onMessage({ data }, socket) {
        if (typeof data === 'string' || data instanceof ArrayBuffer) socket.send(data);
      },
    })),
  );
  const server = serveHono({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  injectWebSocket(server);
  return { server, close: promisify(server.close.bind(server)) };
}
