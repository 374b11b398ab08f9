/**
 * Passport decides who may connect: the middleware that guards HTTP routes guards the WebSockets as well.
 *
 * Run it with `npm run example -- passport`. POST /login?user=ann logs in; SESSION_SECRET is the secret that the
 * session's cookie is signed with.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Request, type RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { createSupervisor, refuse, type Supervisor } from 'wirekeeper';
import { throughMiddleware } from './express-session.js';

/** The type of `connection.data`: what Passport calls the user. */
interface User {
  readonly name: string;
}

/** Lets in who has logged in. It guards routes and sockets, so it answers as plain HTTP does. */
const loggedIn: RequestHandler = (request, response, next) => {
  if (request.isAuthenticated()) next();
  else response.writeHead(401).end();
};

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
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, (user as User).name));
  authenticator.deserializeUser((name: string, done) => done(null, { name }));
  const known = [
    session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'strict' } }),
    authenticator.session() as RequestHandler,
  ];

  const app = express();
  app.use(known);
  // Stands for `authenticate('local')`, or whichever strategy asks for more than a name.
  app.post('/login', (request, response, next) => {
    request.login({ name: request.query['user'] as string }, (error) =>
      error ? next(error) : response.sendStatus(204),
    );
  });
  app.get('/', loggedIn, (request, response) => void response.send(`hello ${(request.user as User).name}\n`));

  const server = createServer(app);
  const supervisor = createSupervisor({ name: 'passport' });
  await supervisor.listen<User>({
    server,
    path: '/live',
    authenticate: async ({ raw }) => {
      if (raw === undefined) return refuse(503);
      const { statusCode } = await throughMiddleware(raw, ...known, loggedIn);
      return statusCode === 200 ? { data: (raw as Request).user as User } : refuse(401);
    },
    handler: async (connection) => {
      connection.send(`hello ${connection.data.name}`);
      for await (const frame of connection) connection.send(frame);
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
