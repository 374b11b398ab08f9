/**
 * One session for HTTP routes and WebSockets, by express-session: who has logged in on a page is known on the socket, a
 * socket keeps the session alive, and logging out closes the sockets of that session.
 *
 * Run it with `npm run example -- express-session`. POST /login?user=ann begins a session, POST /logout ends it;
 * SESSION_SECRET is the secret that its cookie is signed with.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Request } from 'express';
import session from 'express-session';
import { type AcceptedConnection, createSupervisor, refuse, type Supervisor } from 'wirekeeper';
import { authenticateBy } from 'wirekeeper/express';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

/** The type of `connection.data`. */
interface Visitor {
  readonly user: string;
  readonly sessionId: string;
}

/** Starts Express and a listener on its server; stop the supervisor first, then close the server. */
export async function start({
  secret,
  port = 8080,
}: {
  /** What the session's cookie is signed with. */
  readonly secret: string;
  /** Default 8080. */
  readonly port?: number;
}): Promise<{ supervisor: Supervisor; server: Server }> {
  // Its store is in memory: in production give it another one, and `cookie: { secure: true }`.
  const sessions = session({
    secret,
    resave: false,
    rolling: true,
    saveUninitialized: false,
    cookie: { sameSite: 'strict', maxAge: 3_600_000 },
  });
  const sockets = new Set<AcceptedConnection<Visitor>>();

  const app = express();
  app.use(sessions);
  app.get('/', (request, response) => void response.send(`hello ${request.session.user ?? 'stranger'}\n`));
  // Stands for a login that asks for more than a name. A session of another visitor is not taken over.
  app.post('/login', (request, response, next) => {
    request.session.regenerate((error) => {
      if (error !== undefined && error !== null) return next(error);
      request.session.user = request.query['user'] as string;
      return response.sendStatus(204);
    });
  });
  app.post('/logout', (request, response, next) => {
    const { sessionID } = request;
    request.session.destroy((error) => {
      if (error !== undefined && error !== null) return next(error);
      for (const socket of sockets) if (socket.data.sessionId === sessionID) socket.close(3000, 'logged out');
      return response.sendStatus(204);
    });
  });

  const server = createServer(app);
  const supervisor = createSupervisor({ name: 'sessions' });
  await supervisor.listen<Visitor>({
    server,
    path: '/live',
    // The session's cookie is as good as new, so the browser has to know it: it is sent with the 101.
    authenticate: authenticateBy(sessions, ({ session: { user }, sessionID }: Request) =>
      user === undefined ? refuse(401) : { data: { user, sessionId: sessionID } },
    ),
    handler: async (connection) => {
      sockets.add(connection);
      try {
        connection.send(`hello ${connection.data.user}`);
        for await (const frame of connection) connection.send(frame);
      } finally {
        sockets.delete(connection);
      }
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server } = await start({
    secret: process.env['SESSION_SECRET'] ?? 'not a secret: for trying out only',
    port: Number(process.env['PORT'] ?? 8080),
  });
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
}
