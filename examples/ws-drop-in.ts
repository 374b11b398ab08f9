/**
 * A server as it is written for ws: only its import says wirekeeper. Each connection that ends is printed with the
 * reason, and SIGINT drains all of them.
 *
 * Run it with `npm run example -- ws-drop-in`; PORT chooses another port.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { explain } from 'wirekeeper';
import { sharedSupervisor, WebSocket, WebSocketServer } from 'wirekeeper/ws';

/** Starts a server that passes each message on to everybody. */
export async function start({ port = 8080 }: { readonly port?: number } = {}): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1', maxPayload: 64 * 1024 });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      for (const client of server.clients)
        if (client.readyState === WebSocket.OPEN) client.send(data, { binary: isBinary });
    });
    socket.on('close', () => {
      if (socket.report !== undefined) console.log(explain(socket.report));
    });
  });
  await once(server, 'listening');
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log('Passing messages on:', server.address());
  process.once('SIGINT', () => {
    server.close();
    void sharedSupervisor().drain({ spreadMs: 1_000, withinMs: 5_000 });
  });
}
