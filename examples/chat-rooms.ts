/**
 * Chat rooms: a room is a path, a member's name a query parameter, and a line goes to everybody else in the room.
 *
 * Run it with `npm run example -- chat-rooms`, then open ws://127.0.0.1:8080/rooms/lobby?name=ann with two clients.
 */
import { fileURLToPath } from 'node:url';
import {
  broadcast,
  type Connection,
  createSupervisor,
  Group,
  type Listener,
  refuse,
  type Supervisor,
} from 'wirekeeper';

/** What the opening handshake has established about a member. */
interface Member {
  readonly name: string;
  readonly room: string;
}

/** What members receive, as JSON in text frames. */
export type Notice =
  | { readonly type: 'joined' | 'left'; readonly name: string; readonly present: number }
  | { readonly type: 'said'; readonly name: string; readonly text: string };

/** Starts the server; `supervisor.stop()` ends it and every connection. */
export async function start({
  port = 8080,
}: {
  readonly port?: number;
} = {}): Promise<{ supervisor: Supervisor; listener: Listener }> {
  const rooms = new Map<string, Group<Connection<Member>>>();

  const roomNamed = (name: string): Group<Connection<Member>> => {
    const room = rooms.get(name) ?? new Group<Connection<Member>>();
    rooms.set(name, room);
    return room;
  };

  // Framed once, however many receive it; and synchronous, so that all members see the same order.
  const notify = (room: Group<Connection<Member>>, notice: Notice, except?: Connection<Member>) =>
    broadcast(room, JSON.stringify(notice), { except });

  const supervisor = createSupervisor({ name: 'chat' });
  const listener = await supervisor.listen<Member>({
    port,
    host: '127.0.0.1',
    path: '/rooms/:room',
    limits: { maxPayloadBytes: 16 * 1024 },
    // Clients without a name are answered with an HTTP status: no connection exists yet.
    authenticate: ({ params: { room = '' }, query }) => {
      const name = query.get('name') ?? '';
      return name === ''
        ? refuse(400, { body: 'Say who you are: /rooms/<room>?name=<name>\n' })
        : { data: { name, room } };
    },
    handler: async (connection) => {
      const { name, room: roomName } = connection.data;
      const room = roomNamed(roomName);
      room.add(connection);
      notify(room, { type: 'joined', name, present: room.size }, connection);
      try {
        for await (const frame of connection) {
          if (frame.isBinary) {
            connection.close(1003, 'text only');
            break;
          }
          notify(room, { type: 'said', name, text: frame.text() }, connection);
        }
      } finally {
        // A closing connection has left its groups by itself; one whose handler returns or throws is still in.
        room.delete(connection);
        notify(room, { type: 'left', name, present: room.size });
        if (room.size === 0 && rooms.get(roomName) === room) rooms.delete(roomName);
      }
    },
  });
  return { supervisor, listener };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, listener } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Rooms on ws://127.0.0.1:${listener.address?.port}/rooms/<room>?name=<name>. Ctrl-C stops.`);
  process.once('SIGINT', () => void supervisor.stop());
}
