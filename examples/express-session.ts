/**
 * One session for HTTP routes and WebSockets, by express-session: who has logged in by a route is known on the socket, a
 * socket keeps the session alive, and logging out closes the sockets of that session.
 *
 * Run it with `npm run example -- express-session`. POST /login?user=ann begins a session, POST /logout ends it;
 * SESSION_SECRET is the secret that its cookie is signed with.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express, { type Request } from 'express';
import session from 'express-session';
import { createSupervisor, refuse, type Supervisor } from 'wirekeeper';
import { authenticateBy } from 'wirekeeper/express';

/** A request of somebody who may have logged in. */
type Visit = Request & { session: { user?: string } };

/** Starts Express and a listener on its server; stop the supervisor first, then close the server. */
export async function start(secret: string, port = 8080): Promise<{ supervisor: Supervisor; server: Server }> {
  // The store is in memory: in production give it another one, and `secure: true` to the cookie.
  const cookie = { sameSite: 'strict', maxAge: 3_600_000 } as const;
  const sessions = session({ secret, cookie, resave: false, rolling: true, saveUninitialized: false });
  const app = express().use(sessions);
  // Stands for a login that asks for more than a name. A session of another visitor is not taken over.
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 answers 500 when the promise rejects.
  app.post('/login', async (request: Visit, response) => {
    await promisify(request.session.regenerate).call(request.session);
    request.session.user = request.query['user'] as string;
    response.sendStatus(204);
  });
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 answers 500 when the promise rejects.
  app.post('/logout', async (request, response) => {
    await promisify(request.session.destroy).call(request.session);
    for (const one of live.connections.values()) if (one.identity === request.sessionID) one.close(3000, 'logged out');
    response.sendStatus(204);
  });
  const server = app.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const supervisor = createSupervisor({ name: 'sessions' });
  const live = await supervisor.listen<string>({
    server,
    path: '/live',
    // The session's cookie is as good as new, so the browser has to know it: it is sent with the 101.
    authenticate: authenticateBy(sessions, ({ session: { user }, sessionID }: Visit) =>
      user === undefined ? refuse(401) : { data: user, identity: sessionID },
    ),
    handler: async (connection) => {
      for await (const frame of connection) connection.send(`${connection.data}: ${frame.text()}`);
    },
  });
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const secret = process.env['SESSION_SECRET'] ?? 'not a secret: for trying out only';
  const { supervisor, server } = await start(secret, Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
