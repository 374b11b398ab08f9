/**
 * socket.io and plain WebSockets on one server. socket.io ends upgrades that it does not know after a second: it has to
 * wait for longer than `authenticate` may take.
 *
 * Run it with `npm run example -- socket-io-beside`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Server as SocketIoServer } from 'socket.io';
import { type Authenticate, createSupervisor, refuse, type Supervisor } from 'wirekeeper';

/** Stands for a look-up that may take seconds. */
const userOf: Authenticate<string> = async (request) => {
  const name = request.query.get('user');
  return name === null ? refuse(401) : { data: name };
};

/** Starts both on one server; stop the supervisor first, then close socket.io, which closes the server. */
export async function start(
  port = 8080,
  authenticate = userOf,
  authenticateWithinMs = 10_000,
): Promise<{ supervisor: Supervisor; io: SocketIoServer; server: Server }> {
  const server = createServer();
  const io = new SocketIoServer(server, { destroyUpgradeTimeout: authenticateWithinMs + 1_000 });
  io.on('connection', (socket) => socket.on('echo', (value, reply) => reply(value)));
  const supervisor = createSupervisor({ name: 'beside' });
  await supervisor.listen<string>({
    server,
    path: '/live',
    authenticate,
    limits: { authenticateWithinMs },
    handler: async (connection) => {
      connection.send(`hello ${connection.data}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, io, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, io, server } = await start(Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void supervisor.stop().then(() => io.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
