/**
 * WebSockets on an existing Fastify server, for clients with a valid token. Tokens are signed with a private key and
 * checked with the public one, and a client prolongs its connection by sending a fresh token before the old one ends.
 *
 * Run it with `npm run example -- fastify-jwt`. POST /login?user=ann gives a token.
 */
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { type CryptoKey, errors, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { createSupervisor, refuse, type Supervisor } from 'wirekeeper';

const ISSUER = 'fastify-jwt';

/** What the token says about who has connected: the type of `connection.data`. */
interface User {
  readonly name: string;
}

/** Settings of the server. */
export interface ServerOptions {
  /** Default 8080. */
  readonly port?: number;
  /** Browsers' origins that may connect. Default: the server's own. */
  readonly origins?: readonly string[];
  /** How long a token is good, in ms. Default an hour. */
  readonly tokenLivesMs?: number;
}

/** The claims of a valid token; `undefined` for any other. */
async function claimsOf(token: string, publicKey: CryptoKey): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(token, publicKey, { issuer: ISSUER, requiredClaims: ['sub', 'exp'] });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

/** Starts Fastify and a listener on its server; `app.close()` ends both. */
export async function start({
  port = 8080,
  origins,
  tokenLivesMs = 3_600_000,
}: ServerOptions = {}): Promise<{ supervisor: Supervisor; app: FastifyInstance }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const supervisor = createSupervisor({ name: 'fastify' });
  const app = Fastify();
  app.get('/', () => 'An ordinary route.\n');
  // Stands for a login that asks for more than a name.
  app.post<{ Querystring: { user: string } }>('/login', async ({ query }) => ({
    token: await new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(ISSUER)
      .setSubject(query.user)
      .setExpirationTime(new Date(Date.now() + tokenLivesMs))
      .sign(privateKey),
  }));
  // The server waits for its sockets, so they have to be closed before it.
  app.addHook('preClose', async () => void (await supervisor.stop()));

  await supervisor.listen<User>({
    server: app.server,
    path: '/live',
    origins: origins ?? 'same-origin',
    // Fastify runs none of its hooks for upgrades: this is the place for the check.
    authenticate: async (request) => {
      const token = request.bearerToken();
      if (token === undefined) return refuse(401, { headers: { 'www-authenticate': 'Bearer' } });
      const claims = await claimsOf(token, publicKey);
      if (claims === undefined) return refuse(401, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
      return { data: { name: claims.sub ?? '' }, expiresAt: (claims.exp ?? 0) * 1000 };
    },
    handler: async (connection) => {
      const { name } = connection.data;
      connection.send(`hello ${name}`);
      for await (const frame of connection) {
        const claims = await claimsOf(frame.text(), publicKey);
        if (claims?.sub !== name) return { code: 3000, reason: 'that is no token of yours' };
        connection.renew((claims.exp ?? 0) * 1000);
        connection.send('renewed');
      }
      return connection.closed;
    },
  });
  await app.listen({ port, host: '127.0.0.1' });
  return { supervisor, app };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { app } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log('Serving on', app.server.address(), '- Ctrl-C stops.');
  process.once('SIGINT', () => void app.close());
}
