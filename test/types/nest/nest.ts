/** An adapter for Nest. Only compiled: against the source, and against the packed package. */
import type { Connection } from 'wirekeeper';
import {
  createNestAdapter,
  type GatewayConnection,
  type GatewayMessage,
  type GatewayOptions,
  type GatewayServer,
  type NestAdapter,
  type NestAdapterOptions,
} from 'wirekeeper/nest';

declare const app: { getHttpServer(): object };
declare const server: GatewayServer;
declare const client: GatewayConnection<{ readonly user: string }>;

const options: NestAdapterOptions = {
  origins: ['https://app.example.com'],
  authenticate: async (request) => ({ data: { user: request.header('x-user') } }),
  readMessage: (frame): GatewayMessage => ({ event: 'any', data: frame.data }),
  drain: { spreadMs: 20_000 },
};
export const adapter: NestAdapter = await createNestAdapter(app, options);
export const gateway: GatewayOptions = { path: '/rooms/:name', limits: { maxConnections: 5 } };

client.emit('welcome', client.data.user);
server.emit('news');
export const connection: Connection<{ readonly user: string }> = client;

// @ts-expect-error an unknown option
await createNestAdapter(app, { cors: true });
// @ts-expect-error no event
export const message: GatewayMessage = { data: 5 };
