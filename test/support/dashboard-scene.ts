import { createServer } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Connection,
  connect,
  createSupervisor,
  type Supervisor,
  type SupervisorOptions,
} from '../../src/index.js';
import { createDashboard, type DashboardOptions } from '../../src/inspect/dashboard/index.js';
import { type DashboardMessage, PROTOCOL, type ViewerMessage } from '../../src/inspect/dashboard/protocol.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { eventually } from './eventually.js';
import { sharing } from './shared-server.js';

/** How long a feed may take for a message, sixteen viewers of 100,000 connections included. */
const ANSWERED_WITHIN_MS = 30_000;

type MessageOf<Type extends DashboardMessage['type']> = Extract<DashboardMessage, { readonly type: Type }>;

/** A viewer of a feed, with what it was sent. */
export interface TestViewer {
  readonly connection: Connection;
  readonly messages: readonly DashboardMessage[];
  send(message: ViewerMessage): void;
  of<Type extends DashboardMessage['type']>(type: Type): MessageOf<Type>[];
  /** Waits for a message of a type, beside those that came before the call, that is as it should be. */
  next<Type extends DashboardMessage['type']>(
    type: Type,
    isSo?: (message: MessageOf<Type>) => boolean,
  ): Promise<MessageOf<Type>>;
}

/** A supervisor without sockets, and its dashboard on a real server. */
export async function aDashboard(options: DashboardOptions = {}, settings: SupervisorOptions = {}) {
  const transport = settings.transport ?? createMemoryTransport();
  const supervisor = createSupervisor({ name: 'service', transport, liveness: false, ...settings });
  const peers = createSupervisor({ name: 'peers', transport, liveness: false });
  const listener = await supervisor.listen({ id: 'chat', port: 0, handler: (connection) => connection.closed });
  const { dashboard, shared, base } = await mounted(supervisor, options);
  return {
    supervisor,
    dashboard,
    base,
    listener,
    /** Opens a connection to the supervisor; the peer's end of it. */
    join: (path = '/room', protocols: readonly string[] = []) =>
      connect(`ws://memory:${listener.address?.port}${path}`, { supervisor: peers, protocols }),
    view: (headers: Readonly<Record<string, string>> = { origin: `http://${base}` }) => view(base, headers),
    get: (path: string, init: RequestInit = {}) => fetch(`http://${base}${path}`, { redirect: 'manual', ...init }),
    async [Symbol.asyncDispose]() {
      await dashboard.close();
      await Promise.all([peers.stop(), supervisor.stop()]);
      await shared[Symbol.asyncDispose]();
    },
  };
}

const DIAL_OPTIONS = { maxPayloadBytes: 1 << 20, maxFragments: 1024, perMessageDeflate: false };

/** The same with so many connections, which do nothing, at `/rooms/0`, `/rooms/1`, and so on. */
export async function aCrowdedDashboard(connections: number) {
  const transport = createMemoryTransport();
  const limits = { maxConnections: connections + 1, maxHandshakes: connections };
  const scene = await aDashboard({}, { transport, limits });
  for (let index = 0; index < connections; index += 1) {
    const url = `ws://127.0.0.1:${scene.listener.address?.port}/rooms/${index}`;
    transport.dial({ url, headers: {}, protocols: [], tls: {}, options: DIAL_OPTIONS }).facts$.subscribe();
    if (index % 1000 === 0) await turn();
  }
  while (scene.supervisor.connections.size < connections) await turn();
  return scene;
}

/** A dashboard of a supervisor, on a real server. */
export async function mounted(supervisor: Supervisor, options: DashboardOptions = {}) {
  const dashboard = createDashboard(supervisor, options);
  const server = createServer((request, response) => {
    if (!dashboard.handle(request, response)) response.writeHead(404).end('not ours');
  });
  server.on('upgrade', (request, socket, head) => {
    if (!dashboard.handleUpgrade(request, socket, head)) socket.destroy();
  });
  const shared = await sharing(server);
  return { dashboard, shared, base: `127.0.0.1:${shared.port}` };
}

/** Opens the feed of a dashboard at `/_wirekeeper` of a server. */
export async function view(base: string, headers: Readonly<Record<string, string>>): Promise<TestViewer> {
  // A thousand viewers at once, all of this process, take longer than the default on a machine that has other work.
  const limits = { openWithinMs: 60_000 };
  const connection = await connect(`ws://${base}/_wirekeeper/feed`, { protocols: [PROTOCOL], headers, limits });
  const messages: DashboardMessage[] = [];
  connection.frames$.subscribe((frame) => messages.push(frame.json() as DashboardMessage));
  const of = <Type extends DashboardMessage['type']>(type: Type) =>
    messages.filter((message): message is MessageOf<Type> => message.type === type);
  return {
    connection,
    messages,
    of,
    send: (message) => void connection.send(JSON.stringify(message)),
    async next(type, isSo = () => true) {
      const before = of(type).length;
      const found = () => of(type).slice(before).find(isSo);
      await eventually(() => found() !== undefined, `the feed has such a message: ${type}`, ANSWERED_WITHIN_MS);
      return found() as MessageOf<typeof type>;
    },
  };
}
