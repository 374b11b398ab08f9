/**
 * The dashboard of a chat in a Fastify application, beside its own routes and its own WebSockets.
 *
 * Run it with `npm run example -- fastify-dashboard`, and open the URL that it prints.
 */
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { createSupervisor } from 'wirekeeper';
import { createDashboard } from 'wirekeeper/dashboard';
import { createRecorder } from 'wirekeeper/inspect';

/** Starts the application; `app.close()` ends it with its WebSockets. */
export async function start(port = 8080): Promise<FastifyInstance> {
  const recorder = createRecorder();
  const supervisor = createSupervisor({ name: 'chat', recorder });
  // Without a token it is for browsers on this machine.
  const dashboard = createDashboard(supervisor, { recorder });

  const app = Fastify();
  app.addHook('onRequest', (request, reply, done) => {
    // Fastify must not answer what the dashboard has answered.
    if (dashboard.handle(request.raw, reply.raw)) reply.hijack();
    else done();
  });
  app.get('/', () => 'An ordinary route.\n');
  app.server.on('upgrade', (request, socket, head) => dashboard.handleUpgrade(request, socket, head));
  // It takes the upgrades of its own path only.
  await supervisor.listen({ server: app.server, path: '/live', handler: ({ closed }) => closed });
  // The server waits for its sockets, so they have to be closed before it.
  app.addHook('preClose', async () => void (await supervisor.stop()));
  await app.listen({ port, host: '127.0.0.1' });
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = await start(Number(process.env['PORT'] ?? 8080));
  console.log(`Open http://127.0.0.1:${(app.server.address() as AddressInfo).port}/_wirekeeper/ - Ctrl-C stops.`);
  process.once('SIGINT', () => void app.close());
}
