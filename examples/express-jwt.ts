/**
 * WebSockets on an existing Express server, for clients with a valid token: in the Authorization header, as programs
 * send it, or in a cookie, as browsers do. The connection ends when the token does.
 *
 * Run it with `npm run example -- express-jwt`. POST /login?user=ann gives a token; JWT_SECRET is the secret it is
 * signed with.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { errors, jwtVerify, SignJWT } from 'jose';
import { type Authenticate, createSupervisor, refuse, type Supervisor } from 'wirekeeper';

const ISSUER = 'express-jwt';

/** What the token says about who has connected: the type of `connection.data`. */
interface User {
  readonly name: string;
}

/** Settings of the server. */
export interface ServerOptions {
  /** The secret tokens are signed with (HS256). */
  readonly secret: string;
  /** Default 8080. */
  readonly port?: number;
  /** Browsers' origins that may connect. Default: the server's own. */
  readonly origins?: readonly string[];
  /** How long a token is good, in ms. Default an hour. */
  readonly tokenLivesMs?: number;
}

/**
 * Checks the token before the connection exists. A wrong one is the client's fault; anything else is ours, and becomes
 * a 503.
 */
function authenticateWith(key: Uint8Array): Authenticate<User> {
  return async (request) => {
    const token = request.bearerToken() ?? request.cookie('token');
    if (token === undefined) return refuse(401, { headers: { 'www-authenticate': 'Bearer' } });
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER,
        algorithms: ['HS256'],
        requiredClaims: ['sub', 'exp'],
      });
      return { data: { name: payload.sub ?? '' }, expiresAt: (payload.exp ?? 0) * 1000 };
    } catch (error) {
      if (error instanceof errors.JOSEError)
        return refuse(401, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
      throw error;
    }
  };
}

/** Starts Express and a listener on its server; stop the supervisor first, then close the server. */
export async function start({
  secret,
  port = 8080,
  origins,
  tokenLivesMs = 3_600_000,
}: ServerOptions): Promise<{ supervisor: Supervisor; server: Server }> {
  const key = new TextEncoder().encode(secret);
  const app = express();
  app.get('/', (_request, response) => void response.send('An ordinary route.\n'));
  // Stands for a login that asks for more than a name.
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 answers 500 when the promise rejects.
  app.post('/login', async (request, response) => {
    const expiresAt = new Date(Date.now() + tokenLivesMs);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(ISSUER)
      .setSubject(request.query['user'] as string)
      .setExpirationTime(expiresAt)
      .sign(key);
    response.cookie('token', token, { httpOnly: true, sameSite: 'strict', expires: expiresAt }).json({ token });
  });

  const server = createServer(app);
  const supervisor = createSupervisor({ name: 'express' });
  await supervisor.listen<User>({
    server,
    path: '/live',
    // Browsers send cookies along from any page: the origin says whose page it was.
    origins: origins ?? 'same-origin',
    authenticate: authenticateWith(key),
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
    secret: process.env['JWT_SECRET'] ?? 'not a secret: for trying out only',
    port: Number(process.env['PORT'] ?? 8080),
  });
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
  process.once('SIGINT', () => void supervisor.stop().then(() => server.close()));
}
