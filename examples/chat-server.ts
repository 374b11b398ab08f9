/**
 * A chat server as one would write it for real: Express beside it, a JSON Web Token to get in, rooms by path, messages
 * that are checked, and a drain at the end.
 *
 * Run it with `npm run example -- chat-server`. POST /login?name=ann gives a token; then open
 * ws://127.0.0.1:8080/rooms/lobby with `Authorization: Bearer <token>` or the cookie.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { jwtVerify, SignJWT } from 'jose';
import { broadcast, type Connection, createSupervisor, type Frame, Group, refuse, type Supervisor } from 'wirekeeper';

/** What the token says about a member: the type of `connection.data`. */
interface Member {
  readonly name: string;
  readonly room: string;
}

/** What members send, and what they get, as JSON in text frames. */
export type Said = { readonly type: 'say'; readonly text: string };
export type Notice =
  | { readonly type: 'joined' | 'left'; readonly name: string }
  | { readonly type: 'said'; readonly name: string; readonly text: string };

const TOKEN_LIVES_MS = 3_600_000;

/** Rooms that come into being with their first member and go with their last. */
class Rooms {
  readonly #rooms = new Map<string, Group<Connection<Member>>>();

  enter(connection: Connection<Member>): void {
    const { room } = connection.data;
    const members = this.#rooms.get(room) ?? new Group<Connection<Member>>();
    members.add(connection);
    this.#rooms.set(room, members);
  }

  leave(connection: Connection<Member>): void {
    const { room } = connection.data;
    const members = this.#rooms.get(room);
    members?.delete(connection);
    if (members?.size === 0) this.#rooms.delete(room);
  }

  notify(room: string, notice: Notice, except?: Connection<Member>): void {
    broadcast(this.#rooms.get(room) ?? [], JSON.stringify(notice), { except });
  }
}

/** What a peer sends is anything at all until it has been checked. */
function saidIn(frame: Frame): Said | undefined {
  try {
    const { type, text: said } = frame.json() as Partial<Record<string, unknown>>;
    return type === 'say' && typeof said === 'string' && said.length <= 1_000 ? { type, text: said } : undefined;
  } catch {
    return undefined;
  }
}

/** Starts Express and the chat; drain or stop the supervisor first, then close the server. */
export async function start({ secret, port = 8080 }: { readonly secret: string; readonly port?: number }): Promise<{
  supervisor: Supervisor;
  server: Server;
}> {
  const key = new TextEncoder().encode(secret);
  const rooms = new Rooms();
  const supervisor = createSupervisor({ name: 'chat' });

  const app = express();
  app.get('/readyz', (_request, response) => void response.status(supervisor.isReady ? 200 : 503).send('\n'));
  // Stands for a login that asks for more than a name.
  // oxlint-disable-next-line no-async-endpoint-handlers -- Express 5 answers 500 when the promise rejects.
  app.post('/login', async (request, response) => {
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(request.query['name'] as string)
      .setExpirationTime(new Date(Date.now() + TOKEN_LIVES_MS))
      .sign(key);
    response.cookie('token', token, { httpOnly: true, sameSite: 'strict', maxAge: TOKEN_LIVES_MS }).json({ token });
  });

  const server = createServer(app);
  await supervisor.listen<Member>({
    server,
    path: '/rooms/:room',
    limits: { maxPayloadBytes: 16 * 1024 },
    authenticate: async (request) => {
      const token = request.bearerToken() ?? request.cookie('token');
      if (token === undefined) return refuse(401, { headers: { 'www-authenticate': 'Bearer' } });
      const verified = await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['sub', 'exp'] }).catch(
        () => undefined,
      );
      if (verified === undefined)
        return refuse(401, { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
      const { sub = '', exp = 0 } = verified.payload;
      const { room = '' } = request.params;
      // `exp` is in seconds, `expiresAt` in ms.
      return { data: { name: sub, room }, expiresAt: exp * 1_000 };
    },
    handler: async (connection) => {
      const { name, room } = connection.data;
      rooms.enter(connection);
      rooms.notify(room, { type: 'joined', name }, connection);
      try {
        for await (const frame of connection) {
          const said = saidIn(frame);
          if (said === undefined) return { code: 4400, reason: 'not a message of this chat' };
          rooms.notify(room, { type: 'said', name, text: said.text }, connection);
        }
        return undefined;
      } finally {
        rooms.leave(connection);
        rooms.notify(room, { type: 'left', name });
      }
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
  console.log('Chat on', server.address(), '- Ctrl-C drains.');
  process.once('SIGINT', () => {
    const account = supervisor.drain({ spreadMs: 2_000, reason: 'restarting' });
    void account.then(console.log).finally(() => server.close());
  });
}
