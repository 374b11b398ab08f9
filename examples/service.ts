/**
 * A service in one module: handlers by path, and the options of each. `wirekeeper serve` runs it, with probes, metrics,
 * a dashboard, and a drain when it is stopped.
 *
 * Run it with `npm run example -- service`, in a project of your own with `npx wirekeeper serve examples/service.ts`
 * where Node.js strips types (22.18 or later), and talk to it with
 * `npx wirekeeper dial 'ws://127.0.0.1:8080/rooms/lobby?name=ann'`.
 */
import { broadcast, type Connection, Group, refuse } from 'wirekeeper';
import { defineService, route } from 'wirekeeper/service';

/** Who is in which room of this process. */
const rooms = new Map<string, Group<Connection<{ name: string }>>>();

export default defineService({
  limits: { maxPayloadBytes: 65_536 },
  handlers: {
    '/echo': async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
    '/rooms/:room': route({
      origins: ['http://localhost:*', 'https://*.example.com'],
      authenticate: ({ query }) => {
        const name = query.get('name');
        return name === null ? refuse(401, { body: 'Who are you? Add ?name=...' }) : { data: { name }, identity: name };
      },
      handler: async (connection) => {
        const { room } = connection.request.params;
        const members = rooms.get(room) ?? new Group();
        rooms.set(room, members);
        members.add(connection);
        for await (const frame of connection)
          broadcast(members, `${connection.data.name}: ${frame.text()}`, { except: connection });
      },
    }),
  },
  setup: (supervisor) => {
    supervisor.events$.subscribe((event) => {
      if (event.type === 'connection.ended' && event.report.handlerError !== undefined)
        console.error('a handler has thrown:', event.report.handlerError);
    });
  },
});
