import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { fastifyWirekeeper } from '../../../src/adapters/fastify/plugin.js';
import type { FastifyWirekeeperOptions } from '../../../src/adapters/fastify/plugin-options.js';
import { EndedError } from '../../../src/transport/errors.js';

/** An opening handshake, as text. */
export const handshake = (path: string, upgrade = 'websocket') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

/** An application with the plugin, which closes at the end of a block. */
export async function anApp(
  options: FastifyWirekeeperOptions = {},
  settings: FastifyServerOptions = {},
): Promise<FastifyInstance & AsyncDisposable> {
  const app = Fastify(settings);
  await app.register(fastifyWirekeeper, options);
  return Object.assign(app, { [Symbol.asyncDispose]: async () => app.close() });
}

/** Has it listen; returns its host and port. */
export async function listening(app: FastifyInstance): Promise<string> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** How a client is refused: status, header fields, and body. */
export async function refusalOf(
  app: FastifyInstance,
  path = '/',
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string | undefined }> {
  const outcome = await app.injectWS(path, { headers }).catch((error: unknown) => error);
  if (!(outcome instanceof EndedError))
    throw new Error('the client was let in, or something else failed', { cause: outcome });
  const { httpStatus, httpResponse } = outcome.report ?? {};
  return { status: httpStatus, headers: { ...httpResponse?.headers }, body: httpResponse?.body };
}
