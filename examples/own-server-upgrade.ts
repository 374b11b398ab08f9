/**
 * Upgrades routed by hand: one http server, two listeners, and a rule of your own that says which of them takes a
 * request.
 *
 * Run it with `npm run example -- own-server-upgrade`, then open ws://127.0.0.1:8080/ with subprotocol `v2`, or without
 * one.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createSupervisor, type Supervisor } from 'wirekeeper';

/** Starts server and listeners; stop the supervisor first, then close the server. */
export async function start({
  port = 8080,
}: {
  readonly port?: number;
} = {}): Promise<{ supervisor: Supervisor; server: Server }> {
  const supervisor = createSupervisor({ name: 'versions' });
  // Neither `port` nor `server`: these listeners take what `handleUpgrade` gives them.
  const v1 = await supervisor.listen({
    id: 'v1',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(`v1 heard ${frame.text()}`);
    },
  });
  const v2 = await supervisor.listen({
    id: 'v2',
    protocols: ['v2'],
    handler: async (connection) => {
      for await (const frame of connection) connection.send(JSON.stringify({ heard: frame.text() }));
    },
  });

  const server = createServer((_request, response) =>
    response.end('Two versions of one WebSocket service live here.\n'),
  );
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
    const listener = offered.includes('v2') ? v2 : v1;
    listener.handleUpgrade(request, socket, head);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log('Two versions on', server.address(), '- Ctrl-C stops.');
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
}
