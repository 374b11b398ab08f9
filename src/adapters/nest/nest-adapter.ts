import { createServer, type Server } from 'node:http';
import { explain, type Supervisor } from '../../index.js';
import { compilePath } from '../../supervisor/listener/path.js';
import { pathOf } from '../../supervisor/listener/request-target.js';
import { checkMethods } from '../../supervisor/options/option-rules.js';
import { takeUpgrades, type UpgradeServer } from '../../transport/index.js';
import { endSupervisor, startSupervisor } from '../framework/framework-supervisor.js';
import {
  type AdapterSettings,
  type GatewayOptions,
  type NestAdapterOptions,
  resolveAdapter,
  resolveGateway,
} from './adapter-options.js';
import { GatewayClient, type GatewayConnection, type MessageHandler, type Transform } from './gateway-client.js';
import { GatewayServer, type OnConnection } from './gateway-server.js';

/** Stands for the port of the application itself. */
const OWN_PORT = 0;

/** Try again later (the IANA registry of close codes). */
const TRY_AGAIN_LATER = 1013;

/** What the adapter needs of a Nest application. */
export interface NestApplication {
  getHttpServer(): unknown;
}

/** An adapter for `app.useWebSocketAdapter`: it has the methods of Nest's interface `WebSocketAdapter`. */
export class NestAdapter {
  /** The supervisor of all connections. */
  readonly supervisor: Supervisor;
  readonly #settings: AdapterSettings;
  readonly #app: NestApplication;
  /** Servers of its own, by their ports. */
  readonly #servers = new Map<number, Server>();
  readonly #clients = new WeakMap<object, GatewayClient>();
  readonly #leave: (() => void)[] = [];

  /** @internal */
  constructor(app: NestApplication, supervisor: Supervisor, settings: AdapterSettings) {
    this.#app = app;
    this.supervisor = supervisor;
    this.#settings = settings;
  }

  /**
   * Makes the server of gateways with the same port and path.
   *
   * @throws {OptionError} for a wrong option of a gateway.
   */
  create(port: number, options: GatewayOptions = {}): GatewayServer {
    const { path = port === OWN_PORT ? '/' : undefined, limits, ...own } = resolveGateway(options);
    const matches = compilePath(path);
    const listener = this.supervisor.accept<unknown>({
      ...this.#settings.listener,
      ...own,
      ...(path === undefined ? {} : { path }),
      ...(limits === undefined ? {} : { limits }),
      handler: async (connection) => {
        const client = new GatewayClient(connection, this.#settings);
        this.#clients.set(connection, client);
        server.connected(client.connection);
        await client.run();
        return connection.closed;
      },
    });
    const server = new GatewayServer(listener);
    const leave = takeUpgrades(this.#serverOf(port), {
      wants: ({ url }) => matches(pathOf(url)) !== undefined,
      take: (...upgrade) => listener.handleUpgrade(...upgrade),
    });
    this.#leave.push(leave);
    return server;
  }

  bindClientConnect(server: GatewayServer, callback: OnConnection): void {
    server.subscribe(callback);
  }

  /** @param callback gets the sentence of the close report, which is `await client.closed`. */
  async bindClientDisconnect(client: GatewayConnection, callback: (reason: string) => void): Promise<void> {
    callback(explain(await client.closed));
  }

  bindMessageHandlers(client: GatewayConnection, handlers: readonly MessageHandler[], transform: Transform): void {
    this.#clients.get(client)?.bind(handlers, transform);
  }

  /** A client has come before the application was ready for it. */
  closeClient(client: GatewayConnection): void {
    client.close(TRY_AGAIN_LATER);
  }

  /** The application closes: all connections are drained, whichever server is closed first. */
  async close(_server: GatewayServer): Promise<void> {
    await endSupervisor(this.supervisor, this.#settings);
  }

  async dispose(): Promise<void> {
    await endSupervisor(this.supervisor, this.#settings);
    for (const leave of this.#leave) leave();
    const closed = [...this.#servers.values()].map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeIdleConnections();
        }),
    );
    await Promise.all(closed);
  }

  #serverOf(port: number): UpgradeServer {
    if (port === OWN_PORT) return this.#app.getHttpServer() as UpgradeServer;
    let server = this.#servers.get(port);
    if (server === undefined) {
      server = createServer((_request, response) => {
        response.writeHead(426, { connection: 'Upgrade', upgrade: 'websocket' }).end();
      });
      // A port that cannot be had ends the process, unless somebody handles that.
      server.listen(port);
      this.#servers.set(port, server);
    }
    return server;
  }
}

/**
 * Makes an adapter for the gateways of a Nest application: `app.useWebSocketAdapter(await createNestAdapter(app))`.
 * Clients and gateways exchange `{ event, data }` as JSON, as with Nest's own `WsAdapter`.
 *
 * @throws {OptionError} for a wrong option, and for an application without an HTTP server; {EndedError} if the
 *   supervisor that is given does not run. All by rejection.
 */
export async function createNestAdapter(app: NestApplication, options: NestAdapterOptions = {}): Promise<NestAdapter> {
  const settings = resolveAdapter(options);
  checkMethods(app, ['getHttpServer'], 'createNestAdapter: app');
  return new NestAdapter(app, await startSupervisor('nest', settings), settings);
}
