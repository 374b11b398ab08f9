/**
 * WebSockets on an existing Fastify server, for clients with a valid token. Tokens are signed with a private key and
 * checked with the public one, and a client prolongs its connection by sending a fresh token before the old one ends.
 *
 * Run it with `npm run example -- fastify-jwt`. POST /login?user=ann gives a token.
 */
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createJwtAuthenticator } from 'wirekeeper/jwt';

/** What runs; `app.close()` ends both. */
type Running = { readonly supervisor: Supervisor; readonly app: FastifyInstance };

/**
 * Starts Fastify and a listener on its server.
 *
 * @param livesMs how long a token is good, in ms.
 */
export async function start(port = 8080, livesMs = 3_600_000): Promise<Running> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwt = createJwtAuthenticator({ issuer: 'fastify-jwt', publicKey: await exportSPKI(publicKey) });
  const supervisor = createSupervisor({ name: 'fastify' });
  const app = Fastify();
  app.get('/', () => 'An ordinary route.\n');
  // Stands for a login that asks for more than a name.
  app.post<{ Querystring: { user: string } }>('/login', async ({ query }) => {
    const token = new SignJWT({ iss: 'fastify-jwt', sub: query.user }).setProtectedHeader({ alg: 'ES256' });
    return { token: await token.setExpirationTime(new Date(Date.now() + livesMs)).sign(privateKey) };
  });
  // The server waits for its sockets, so they have to be closed before it.
  app.addHook('preClose', async () => void (await supervisor.stop()));
  await supervisor.listen({
    server: app.server,
    path: '/live',
    // Fastify runs none of its hooks for upgrades: this is the place for the check.
    authenticate: jwt.authenticate,
    handler: async (connection) => {
      connection.send(`hello ${connection.data.sub}`);
      for await (const frame of connection) {
        const fresh = await jwt.verify(frame.text());
        if (fresh?.data.sub !== connection.data.sub) return { code: 3000, reason: 'that is no token of yours' };
        connection.renew(fresh?.expiresAt ?? 0);
        connection.send('renewed');
      }
      return connection.closed;
    },
  });
  await app.listen({ port, host: '127.0.0.1' });
  return { supervisor, app };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { app } = await start(Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void app.close());
  console.log('Serving on', app.server.address(), '- Ctrl-C stops.');
}
