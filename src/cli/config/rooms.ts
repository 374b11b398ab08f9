import { broadcast, type Connection, Group } from '../../index.js';

/** The room a connection asks for: the parameters of the listener's path, or the path where it has none. */
function roomOf({ request }: Connection<unknown>): string {
  const params = Object.values(request?.params ?? {});
  return params.length === 0 ? (request?.path ?? '') : params.join('/');
}

/**
 * Makes the handler of a listener with rooms: each message goes to all others of the room as it came, and nothing else
 * does, so that any protocol can be spoken in it. A room is in `rooms` while somebody is in it.
 */
export function roomsHandler(rooms = new Map<string, Group>()): (connection: Connection<unknown>) => Promise<void> {
  return async (connection) => {
    const name = roomOf(connection);
    const room = rooms.get(name) ?? new Group();
    rooms.set(name, room);
    room.add(connection);
    try {
      for await (const frame of connection) broadcast(room, frame, { except: connection });
    } finally {
      room.delete(connection);
      if (room.size === 0 && rooms.get(name) === room) rooms.delete(name);
    }
  };
}
