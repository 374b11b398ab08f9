/**
 * The dashboard of a chat in an Express application, beside its own routes and its own WebSockets.
 *
 * Run it with `npm run example -- express-dashboard`, and open the URL that it prints.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createDashboard } from 'wirekeeper/dashboard';
import { createRecorder } from 'wirekeeper/inspect';

/** Starts the application. Stop the supervisor, then close the server. */
export async function start(port = 8080): Promise<{ readonly supervisor: Supervisor; readonly server: Server }> {
  const recorder = createRecorder();
  const supervisor = createSupervisor({ name: 'chat', recorder });
  // Without a token it is for browsers on this machine.
  const dashboard = createDashboard(supervisor, { recorder });

  const app = express();
  app.use((request, response, next) => {
    if (!dashboard.handle(request, response)) next();
  });
  app.get('/', (_request, response) => void response.send('An ordinary route.\n'));

  const server = createServer(app);
  server.on('upgrade', (request, socket, head) => dashboard.handleUpgrade(request, socket, head));
  // It takes the upgrades of its own path only.
  await supervisor.listen({ server, path: '/live', handler: ({ closed }) => closed });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server } = await start(Number(process.env['PORT'] ?? 8080));
  console.log(`Open http://127.0.0.1:${(server.address() as AddressInfo).port}/_wirekeeper/ - Ctrl-C stops.`);
  process.once('SIGINT', () => {
    void supervisor.stop().then(() => server.close());
  });
}
