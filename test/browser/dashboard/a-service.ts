/** What the tests of the dashboard's page look at: a service with real sockets, and its dashboard on the same server. */
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type Connection,
  type ConnectOptions,
  connect,
  createSupervisor,
  refuse,
  type Supervisor,
} from '../../../src/index.js';
import { createDashboard, type DashboardOptions } from '../../../src/inspect/dashboard/index.js';
import { createRecorder, type Recorder } from '../../../src/inspect/index.js';
import { eventually } from '../../support/eventually.js';
import { RawPeer } from '../../support/raw-peer.js';
import { sharing } from '../../support/shared-server.js';

export interface ServiceOptions {
  readonly dashboard?: Omit<DashboardOptions, 'recorder'>;
  /** Default: a free one. */
  readonly port?: number;
  readonly protocols?: readonly string[];
  /** Of the supervisor. Default `service`. */
  readonly name?: string;
  /** Of the listener. Default `chat`. */
  readonly id?: string;
}

/** A service whose rooms echo; `/rooms/throws` has a handler that throws, and `/refused` refuses. */
export interface Service extends AsyncDisposable {
  readonly supervisor: Supervisor;
  readonly recorder: Recorder;
  readonly port: number;
  /** The page. */
  readonly url: string;
  /** Connects a client; the client's end. */
  dial(path: string, options?: ConnectOptions): Promise<Connection>;
  /** Connects a client that does nothing by itself, and returns the service's end with it. */
  join(path: string): Promise<{ readonly peer: RawPeer; readonly connection: Connection<unknown> }>;
  /** The service's end of the connection with that path. */
  at(path: string): Promise<Connection<unknown>>;
  /** Cuts the sockets of all viewers. */
  cutFeeds(): void;
}

export async function aService(options: ServiceOptions = {}): Promise<Service> {
  const { dashboard: settings, port: wanted, protocols = [], name = 'service', id = 'chat' } = options;
  const recorder = createRecorder();
  const supervisor = createSupervisor({ name, recorder, liveness: false, warnWhenFailed: false });
  const clients = createSupervisor({ name: 'clients', liveness: false, warnWhenFailed: false });
  const dashboard = createDashboard(supervisor, { ...settings, recorder });
  const feeds: Duplex[] = [];
  const server = createServer((request, response) => {
    if (!dashboard.handle(request, response)) response.writeHead(404).end('not ours');
  });
  server.on('upgrade', (request, socket, head) => {
    if (dashboard.handleUpgrade(request, socket, head)) feeds.push(socket);
  });
  await supervisor.listen({
    id,
    server,
    path: ['/rooms/*', '/rooms/*/*/*', '/refused'],
    protocols,
    authenticate: ({ path }) => (path === '/refused' ? refuse(401) : { data: undefined }),
    handler: async (connection) => {
      if (connection.request.path === '/rooms/throws') throw new Error('a bug of the handler');
      for await (const frame of connection) connection.send(frame);
      return connection.closed;
    },
  });
  const shared = await sharing(server, wanted);
  const { port } = shared;
  const at = async (path: string) => {
    const found = () => [...supervisor.connections.values()].findLast(({ request }) => request?.path === path);
    await eventually(() => found() !== undefined, `the service has a connection at ${path}`);
    return found() as Connection<unknown>;
  };
  const peers: RawPeer[] = [];
  return {
    supervisor,
    recorder,
    port,
    url: `http://127.0.0.1:${port}/_wirekeeper/`,
    dial: (path, given = {}) => connect(`ws://127.0.0.1:${port}${path}`, { supervisor: clients, ...given }),
    async join(path) {
      const peer = await RawPeer.connect(`ws://127.0.0.1:${port}${path}`);
      peers.push(peer);
      return { peer, connection: await at(path.split('?', 1)[0] ?? path) };
    },
    at,
    cutFeeds() {
      for (const feed of feeds.splice(0)) feed.destroy();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()));
      await Promise.all([clients.stop(), supervisor.stop()]);
      await dashboard.close();
      await shared[Symbol.asyncDispose]();
    },
  };
}

/**
 * Gives a service connections that stay and have sent something, a dialer that is up, one that waits, endings of
 * several triggers, and a refused handshake.
 */
export async function withTraffic(service: Service): Promise<void> {
  const { supervisor, port, dial } = service;
  for (const name of ['ann', 'ben', 'cem', 'dee']) {
    const client = await dial(`/rooms/${name}`);
    client.send(`hello from ${name}`);
    await client.receive();
  }
  const url = `ws://127.0.0.1:${port}/rooms/upstream`;
  await supervisor.dial({ id: 'upstream', url, handler: ({ closed }) => closed }).connected();
  supervisor.dial({ id: 'unreachable', url: 'ws://127.0.0.1:1/', handler: ({ closed }) => closed });
  await dial('/refused').catch(() => undefined);
  (await dial('/rooms/leaves')).close(4001, 'no more');
  (await dial('/rooms/throws')).close();
  (await service.join('/rooms/resets')).peer.socket.resetAndDestroy();
  await dial('/rooms/closed');
  (await service.at('/rooms/closed')).close(4002);
  const wanted = ['peer-closed', 'handler-threw', 'socket-error', 'close-called', 'dial-failed'];
  const isThere = (trigger: string) => supervisor.endings.some((report) => report.trigger === trigger);
  await eventually(() => wanted.every(isThere), 'the service has endings of several triggers');
}
