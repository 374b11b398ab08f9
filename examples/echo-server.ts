/**
 * An echo server: one listener, one handler, and the reason why each connection ended.
 *
 * Run it with `npm run example -- echo-server`, then talk to ws://127.0.0.1:8080/echo with any client; PORT chooses
 * another port.
 */
import { fileURLToPath } from 'node:url';
import { createSupervisor, explain, type Listener, type Supervisor } from 'wirekeeper';

/** Starts the server; `supervisor.stop()` ends it and every connection. */
export async function start({
  port = 8080,
}: {
  readonly port?: number;
} = {}): Promise<{ supervisor: Supervisor; listener: Listener }> {
  const supervisor = createSupervisor({ name: 'echo' });
  const listener = await supervisor.listen({
    port,
    host: '127.0.0.1',
    path: '/echo',
    // Iterating pauses the socket while the handler is behind. Sending a frame back keeps text text and binary binary.
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  return { supervisor, listener };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, listener } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Echoing on ws://127.0.0.1:${listener.address?.port}/echo. Ctrl-C stops.`);
  supervisor.events$.subscribe((event) => {
    if (event.type === 'connection.ended') console.log(`${event.report.connectionId}: ${explain(event.report)}`);
  });
  process.once('SIGINT', () => void supervisor.stop());
}
