/**
 * WebSockets beside Koa: who has logged in on a page, by Koa's signed cookie, is known on the socket.
 *
 * Run it with `npm run example -- koa`. GET /login?user=ann sets the cookie.
 */
import { once } from 'node:events';
import { createServer, type Server, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import Koa from 'koa';
import { createSupervisor, refuse, type Supervisor } from 'wirekeeper';

/** Starts Koa and a listener on its server; stop the supervisor first, then close the server. */
export async function start(port = 8080): Promise<{ supervisor: Supervisor; server: Server }> {
  const app = new Koa();
  app.keys = [process.env['COOKIE_KEY'] ?? 'not a secret: for trying out only'];
  app.use((context) => {
    if (context.path === '/login') context.cookies.set('user', String(context.query['user']), { signed: true });
    context.body = `hello ${context.cookies.get('user', { signed: true }) ?? 'stranger'}\n`;
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  const supervisor = createSupervisor({ name: 'koa' });
  await supervisor.listen<string>({
    server,
    path: '/live',
    authenticate: ({ raw }) => {
      if (raw === undefined) return refuse(503);
      const user = app.createContext(raw, new ServerResponse(raw)).cookies.get('user', { signed: true });
      return user === undefined ? refuse(401) : { data: user };
    },
    handler: async (connection) => {
      connection.send(`hello ${connection.data}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server } = await start(Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
