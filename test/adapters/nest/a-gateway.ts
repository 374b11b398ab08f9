import { createServer } from 'node:http';
import { from, isObservable, mergeAll, type Observable, of } from 'rxjs';
import type { GatewayOptions, NestAdapterOptions } from '../../../src/adapters/nest/adapter-options.js';
import type { GatewayConnection } from '../../../src/adapters/nest/gateway-client.js';
import type { GatewayServer } from '../../../src/adapters/nest/gateway-server.js';
import { createNestAdapter, type NestAdapter } from '../../../src/adapters/nest/nest-adapter.js';
import { type Connection, connect } from '../../../src/index.js';
import { type SharedServer, sharing } from '../../support/shared-server.js';

/** The handlers of a gateway, by their events. */
export type Gateway = Readonly<Record<string, (client: GatewayConnection, data: unknown, event: string) => unknown>>;

/** What Nest makes of what a handler has returned. */
const transform = (result: unknown): Observable<unknown> =>
  from(Promise.resolve(result).then((value) => (isObservable(value) ? value : of(value)))).pipe(mergeAll());

/** Binds a gateway as Nest does. */
export function bind(adapter: NestAdapter, server: GatewayServer, gateway: Gateway): void {
  adapter.bindClientConnect(server, (client) => {
    const handlers = Object.entries(gateway).map(([message, callback]) => ({
      message,
      callback: (data: unknown, event: string) => callback(client, data, event),
    }));
    adapter.bindMessageHandlers(client, handlers, transform);
  });
}

/** An adapter with a server that an application would have. */
export interface Stage extends AsyncDisposable {
  readonly shared: SharedServer;
  readonly adapter: NestAdapter;
  dial(path?: string): Promise<Connection>;
}

export async function aStage(options: NestAdapterOptions = {}): Promise<Stage> {
  const shared = await sharing(createServer((_request, response) => response.end('plain')));
  const adapter = await createNestAdapter({ getHttpServer: () => shared.server }, options);
  return {
    shared,
    adapter,
    dial: (path = '/') => connect(`ws://127.0.0.1:${shared.port}${path}`),
    async [Symbol.asyncDispose]() {
      await adapter.dispose();
      await shared[Symbol.asyncDispose]();
    },
  };
}

/** The same, with one gateway. */
export async function aGateway(
  gateway: Gateway,
  { path, ...options }: NestAdapterOptions & Pick<GatewayOptions, 'path'> = {},
): Promise<Stage & { readonly server: GatewayServer }> {
  const stage = await aStage(options);
  const server = stage.adapter.create(0, path === undefined ? {} : { path });
  bind(stage.adapter, server, gateway);
  return { ...stage, server };
}

export const echo: Gateway = { echo: async (_client, data) => ({ event: 'echo', data }) };
