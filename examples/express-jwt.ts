/**
 * WebSockets on an existing Express server, for clients with a valid token: in the Authorization header, as programs
 * send it, or in a cookie, as browsers do. The connection ends when the token does.
 *
 * Run it with `npm run example -- express-jwt`. POST /login?user=ann gives a token; JWT_SECRET is the secret it is
 * signed with, of 32 bytes or more.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { SignJWT } from 'jose';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createJwtAuthenticator } from 'wirekeeper/jwt';

/** What is to be stopped: the supervisor first, then the server. */
type Running = { readonly supervisor: Supervisor; readonly server: Server };

/**
 * Starts Express and a listener on its server.
 *
 * @param livesMs how long a token is good, in ms.
 */
export async function start(secret: string, port = 8080, livesMs = 3_600_000): Promise<Running> {
  const tokenFrom = ['authorization', { cookie: 'token' }] as const;
  const { authenticate } = createJwtAuthenticator({ secret, issuer: 'express-jwt', tokenFrom });
  const app = express();
  app.get('/', (_request, response) => void response.send('An ordinary route.\n'));
  // Stands for a login that asks for more than a name.
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 answers 500 when the promise rejects.
  app.post('/login', async (request, response) => {
    const expires = new Date(Date.now() + livesMs);
    const token = await new SignJWT({ iss: 'express-jwt', sub: request.query['user'] as string })
      .setExpirationTime(expires)
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret));
    response.cookie('token', token, { httpOnly: true, sameSite: 'strict', expires }).json({ token });
  });

  const server = createServer(app);
  const supervisor = createSupervisor({ name: 'express' });
  // Browsers send cookies along from any page: `origins`, the server's own by default, says whose page it was.
  await supervisor.listen({
    server,
    path: '/live',
    authenticate,
    handler: async (connection) => {
      connection.send(`hello ${connection.data.sub}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const secret = process.env['JWT_SECRET'] ?? 'not a secret: for trying out only';
  const { supervisor, server } = await start(secret, Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
