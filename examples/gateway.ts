/**
 * A gateway: for each client it dials an upstream of its own and passes frames on, both ways, at the pace of the slower
 * end. How one side ends is passed on to the other.
 *
 * Run it with `npm run example -- gateway ws://127.0.0.1:9000`, then talk to ws://127.0.0.1:8080/ with any client.
 */
import { fileURLToPath } from 'node:url';
import {
  type CloseReport,
  type Connection,
  createSupervisor,
  DeadlineError,
  EndedError,
  type HandlerResult,
  type Listener,
  type Supervisor,
} from 'wirekeeper';

/** Settings of the gateway. */
export interface GatewayOptions {
  /** Where clients are served from. */
  readonly upstream: string;
  /** Default 8080. */
  readonly port?: number;
  /** How long a client waits for its upstream, in ms. Default 5,000. */
  readonly upstreamWithinMs?: number;
}

/** Passes frames on; a sender whose frames pile up is not read until the other side has room again. */
async function pass(from: Connection, to: Connection): Promise<CloseReport> {
  for await (const frame of from) {
    if (to.send(frame) === 'backpressure') await to.writable();
  }
  return from.closed;
}

/**
 * The Close for one side after the other has ended: with the peer's own code if that may be sent, else with 1014.
 */
function passedOn({ received, reason }: CloseReport): { code: number; reason: string } {
  const code = received?.code ?? 1006;
  const isOwn = code === 1000 || code === 1001 || code >= 3000;
  return isOwn ? { code, reason } : { code: 1014, reason: 'the other side is gone' };
}

/** Starts the gateway; `supervisor.stop()` or `drain()` ends clients first, then their upstreams. */
export async function start({ upstream, port = 8080, upstreamWithinMs = 5_000 }: GatewayOptions): Promise<{
  supervisor: Supervisor;
  listener: Listener;
}> {
  const supervisor = createSupervisor({ name: 'gateway' });

  const serve = async (client: Connection): Promise<HandlerResult> => {
    const feed = supervisor.dial({
      id: `upstream-of-${client.id}`,
      url: upstream,
      // One upstream for each client: when it ends, so does the client, and nothing is dialed again.
      restart: 'temporary',
      retry: () => 'stop',
      handler: async (connection) => {
        void client.closed.then((report) => {
          const { code, reason } = passedOn(report);
          connection.close(code, reason);
        });
        const report = await pass(connection, client);
        const { code, reason } = passedOn(report);
        client.close(code, reason);
        return report;
      },
    });
    try {
      const connection = await feed.connected({ withinMs: upstreamWithinMs, signal: client.signal });
      return await pass(client, connection);
    } catch (error) {
      if (client.signal.aborted) return await client.closed;
      if (error instanceof EndedError || error instanceof DeadlineError)
        return { code: 1014, reason: 'the upstream cannot be reached' };
      throw error;
    } finally {
      await feed.stop();
    }
  };

  const listener = await supervisor.listen({ port, host: '127.0.0.1', handler: serve });
  return { supervisor, listener };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [upstream = 'ws://127.0.0.1:9000'] = process.argv.slice(2);
  const { supervisor, listener } = await start({ upstream, port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Gateway to ${upstream} on ws://127.0.0.1:${listener.address?.port}/. Ctrl-C stops.`);
  process.once('SIGINT', () => void supervisor.stop());
}
