/**
 * WebSockets as routes of Fastify: a hook decides who may connect, and `app.close()` drains.
 *
 * Run it with `npm run example -- fastify-rooms`. Send the header field `x-user`.
 */
import { fileURLToPath } from 'node:url';
import Fastify, { type FastifyInstance } from 'fastify';
import { broadcast, Group } from 'wirekeeper';
import { fastifyWirekeeper } from 'wirekeeper/fastify';

/** Makes the application; it does not listen yet. */
export async function build(): Promise<FastifyInstance> {
  const app = Fastify();
  const rooms = new Map<string, Group>();
  await app.register(fastifyWirekeeper, { drain: { spreadMs: 1_000 } });

  app.addHook('preValidation', async (request, reply) => {
    if (request.headers['x-user'] === undefined) await reply.code(401).send();
  });
  app.get<{ Params: { name: string } }>(
    '/rooms/:name',
    { websocket: true },
    async (connection, { params, headers }) => {
      const room = rooms.get(params.name) ?? new Group();
      rooms.set(params.name, room);
      room.add(connection);
      for await (const frame of connection) broadcast(room, `${String(headers['x-user'])}: ${frame.text()}`);
      if (room.size === 0) rooms.delete(params.name);
    },
  );
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const app = await build();
  process.once('SIGINT', () => void app.close());
  console.log('Serving on', await app.listen({ port: Number(process.env['PORT'] ?? 8080) }), '- Ctrl-C stops.');
}
