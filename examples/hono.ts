/**
 * WebSockets beside Hono on Node.js: a route of the application decides who may connect, with its middleware.
 *
 * Run it with `npm run example -- hono`. The token is `let-me-in`.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { createSupervisor, refuse, type Supervisor } from 'wirekeeper';

/** Starts Hono and a listener on its server; stop the supervisor first, then close the server. */
export async function start(port = 8080): Promise<{ supervisor: Supervisor; server: ServerType }> {
  const app = new Hono();
  app.get('/', (context) => context.text('an ordinary route\n'));
  // Stands for whatever middleware guards the rest of the application.
  app.get('/live/:room', bearerAuth({ token: 'let-me-in' }), (context) => context.text(context.req.param('room')));

  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  const supervisor = createSupervisor({ name: 'hono' });
  await supervisor.listen<string>({
    server,
    path: '/live/:room',
    authenticate: async (request) => {
      const response = await app.request(request.path, {
        headers: { authorization: request.header('authorization') ?? '' },
      });
      return response.ok ? { data: await response.text() } : refuse(response.status);
    },
    handler: async (connection) => {
      connection.send(`this is ${connection.data}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  if (!server.listening) await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server } = await start(Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
