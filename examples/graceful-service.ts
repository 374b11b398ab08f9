/**
 * A service that an orchestrator can run: health checks beside the WebSockets, and an end that asks every client to
 * come back.
 *
 * Run it with `npm run example -- graceful-service`; GET /healthz and /readyz, then send SIGTERM. A second signal
 * terminates it.
 */
import { type EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createSupervisor, type Supervisor } from 'wirekeeper';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Settings of the service. */
export interface ServiceOptions {
  /** Default 8080. */
  readonly port?: number;
  /** What emits the signals. Default: the process. */
  readonly signals?: EventEmitter;
}

/** A running service. */
export interface Service {
  readonly supervisor: Supervisor;
  readonly server: Server;
  /** Resolves when every connection has ended and the port is free. */
  readonly finished: Promise<void>;
}

/** Starts the service; a signal ends it. */
export async function start({ port = 8080, signals = process }: ServiceOptions = {}): Promise<Service> {
  const supervisor = createSupervisor({ name: 'graceful' });
  const server = createServer(({ url }, response) => {
    // Alive for as long as it answers at all; ready for as long as it takes new connections.
    if (url === '/healthz') response.end('alive\n');
    else if (url === '/readyz') response.writeHead(supervisor.isReady ? 200 : 503).end(`${supervisor.state}\n`);
    else response.writeHead(404).end('not found\n');
  });
  await supervisor.listen({
    server,
    path: '/live',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  // 1012 (service restart) asks clients to come back. A second signal drops those that have not answered yet.
  const stop = () =>
    void (supervisor.isReady ? supervisor.stop({ code: 1012, reason: 'restarting' }) : supervisor.terminate());
  for (const signal of SIGNALS) signals.on(signal, stop);

  return {
    supervisor,
    server,
    finished: finish(supervisor, server, () => SIGNALS.forEach((signal) => signals.off(signal, stop))),
  };
}

/** The server answers health checks until the last connection has ended; only then does it go. */
async function finish(supervisor: Supervisor, server: Server, forgetSignals: () => void): Promise<void> {
  await supervisor.ended;
  forgetSignals();
  server.close();
  server.closeIdleConnections();
  await once(server, 'close');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, server, finished } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log('Serving on', server.address(), '- send SIGTERM to process', process.pid);
  await finished;
  console.log('Ended:', await supervisor.ended, supervisor.stats().ended);
}
