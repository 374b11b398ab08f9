/**
 * One server for development: Vite with its hot replacement of modules, and WebSockets of the application.
 *
 * Run it with `npm run example -- vite`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createServer as createVite, type ViteDevServer } from 'vite';
import { createSupervisor, type Supervisor } from 'wirekeeper';

/** Starts Vite and a listener on one server; stop the supervisor and Vite first, then close the server. */
export async function start(
  port = 8080,
  root = process.cwd(),
): Promise<{ supervisor: Supervisor; vite: ViteDevServer; server: Server }> {
  const server = createServer();
  // Vite's own WebSocket for hot replacement is on the same server.
  const vite = await createVite({ root, configFile: false, server: { middlewareMode: true, hmr: { server } } });
  server.on('request', vite.middlewares);
  const supervisor = createSupervisor({ name: 'vite' });
  await supervisor.listen({
    server,
    path: '/live',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { supervisor, vite, server };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, vite, server } = await start(Number(process.env['PORT'] ?? 8080));
  process.once('SIGINT', () => void Promise.all([supervisor.stop(), vite.close()]).then(() => server.close()));
  console.log('Serving on', server.address(), '- Ctrl-C stops.');
}
