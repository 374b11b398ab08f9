import { broadcast, type Connection, Group } from '../../index.js';

/** The name of a connection's room: the parameters of the listener's path, or the path itself if it has none. */
export function roomOf({ request }: Connection<unknown>): string {
  const params = Object.values(request?.params ?? {});
  return params.length === 0 ? (request?.path ?? '') : params.join('/');
}

/**
 * Makes the handler of a listener with rooms: each message is sent as it came to all others in the room. The service
 * sends nothing of its own, so clients may speak any protocol. A room is in `rooms` while it has a connection.
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
