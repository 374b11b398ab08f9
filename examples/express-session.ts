/**
 * One session for HTTP routes and WebSockets, by express-session: who has logged in on a page is known on the socket, a
 * socket keeps the session alive, and logging out closes the sockets of that session.
 *
 * Run it with `npm run example -- express-session`. POST /login?user=ann begins a session, POST /logout ends it;
 * SESSION_SECRET is the secret that its cookie is signed with.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Request, type RequestHandler, type Response } from 'express';
import session from 'express-session';
import { type AcceptedConnection, type Authenticate, createSupervisor, refuse, type Supervisor } from 'wirekeeper';

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

/**
 * Runs middleware on an opening handshake as Express would, with a response that nobody sends. Resolves with that
 * response once every middleware has passed, or one has answered: then its status is not 200.
 */
export function throughMiddleware(
  message: IncomingMessage,
  ...middleware: readonly RequestHandler[]
): Promise<ServerResponse> {
  const response = new ServerResponse(message);
  return new Promise((resolve, reject) => {
    // Middleware puts its own in front of it: a session is saved, and its cookie set, when a response ends.
    response.end = () => {
      resolve(response);
      return response;
    };
    const run = async ([handler, ...rest]: readonly RequestHandler[]): Promise<void> => {
      if (handler === undefined) response.end();
      else await handler(message as Request, response as Response, (error) => (error ? reject(error) : next(rest)));
    };
    const next = (rest: readonly RequestHandler[]) => void run(rest).catch(reject);
    next(middleware);
  });
}

/** Knows a visitor by the session; a store that fails is a 503. */
function authenticateBy(sessions: RequestHandler): Authenticate<Visitor> {
  return async ({ raw }) => {
    if (raw === undefined) return refuse(503);
    const response = await throughMiddleware(raw, sessions);
    const request = raw as Request;
    const { user } = request.session;
    if (user === undefined) return refuse(401);
    // The session's cookie is as good as new, so the browser has to know it.
    return { data: { user, sessionId: request.sessionID }, headers: response.getHeaders() };
  };
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
    authenticate: authenticateBy(sessions),
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
