/**
 * A handler with time of its own: it sends a room that somebody is typing, and three seconds after the last key that
 * they have stopped. Its delays run on `connection.clock`, so that a test can move them.
 *
 * Run it with `npm run example -- typing-notice`, then open ws://127.0.0.1:8080/?name=ann with two clients and send
 * `typing`. Its tests, test/examples/typing-notice.test.ts, need neither ports nor sleeps.
 */
import { fileURLToPath } from 'node:url';
import {
  type AcceptedConnection,
  broadcast,
  type Connection,
  createSupervisor,
  Group,
  type Handler,
  type Listener,
  type Supervisor,
  type SupervisorOptions,
} from 'wirekeeper';

/** For how long somebody counts as typing after the last key, in ms. */
export const TYPING_MS = 3_000;

/** Makes the handler for a room. */
export function typingNotice(room: Group<Connection>): Handler<undefined, AcceptedConnection> {
  return async (connection) => {
    const name = connection.request.query.get('name') ?? 'somebody';
    const { clock } = connection;
    let timer: unknown;

    const stopTyping = (): void => {
      if (timer === undefined) return;
      clock.clearTimeout(timer);
      timer = undefined;
      broadcast(room, `${name} has stopped`, { except: connection });
    };

    room.add(connection);
    try {
      for await (const frame of connection) {
        if (frame.text() !== 'typing') continue;
        if (timer === undefined) broadcast(room, `${name} is typing`, { except: connection });
        clock.clearTimeout(timer);
        timer = clock.setTimeout(stopTyping, TYPING_MS);
      }
    } finally {
      stopTyping();
    }
  };
}

/** Starts the server. A test gives it a clock and a transport. */
export async function start({
  port = 8080,
  ...options
}: SupervisorOptions & { readonly port?: number } = {}): Promise<{ supervisor: Supervisor; listener: Listener }> {
  const supervisor = createSupervisor({ name: 'typing', ...options });
  const listener = await supervisor.listen({ port, host: '127.0.0.1', handler: typingNotice(new Group()) });
  return { supervisor, listener };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, listener } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Typing notices on ws://127.0.0.1:${listener.address?.port}/?name=<name>. Ctrl-C stops.`);
  process.once('SIGINT', () => void supervisor.stop());
}
