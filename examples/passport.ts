/**
 * Passport decides who may connect: the application of Express that guards the pages guards the WebSockets as well.
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
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { authenticateBy } from 'wirekeeper/express';

/** What Passport calls the user. */
type User = { readonly name: string };

/** Starts Express and a listener on its server; stop the supervisor first, then close the server. */
export async function start(secret: string, port = 8080): Promise<{ supervisor: Supervisor; server: Server }> {
  const authenticator = new passport.Passport();
  authenticator.serializeUser((user, done) => done(null, user));
  authenticator.deserializeUser((user: User, done) => done(null, user));
  const app = express();
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { sameSite: 'strict' } }));
  app.use(authenticator.session() as RequestHandler);
  // Stands for `authenticate('local')`, or whichever strategy asks for more than a name.
  app.post('/login', (request, response, next) => {
    const user = { name: request.query['user'] as string };
    request.login(user, (error) => (error ? next(error) : response.sendStatus(204)));
  });
  app.use((request, response, next) => void (request.isAuthenticated() ? next() : response.sendStatus(401)));
  app.get('/', (request, response) => void response.send(`hello ${(request.user as User).name}\n`));

  const server = createServer(app);
  const supervisor = createSupervisor({ name: 'passport' });
  await supervisor.listen<string>({
    server,
    path: '/live',
    authenticate: authenticateBy(app, ({ user }: Request) => ({ data: (user as User).name })),
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
  const secret = process.env['SESSION_SECRET'] ?? 'not a secret: for trying out only';
  const { supervisor, server } = await start(secret, Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
