import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListenError } from '../../../transport/errors.js';
import { type Page, pageWith } from './page.js';

/** How long a client may take to send the header of its request, in ms, and how often Node looks. */
const HEADERS_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 1_000;

/**
 * Opens a port for viewers, with the page for browsers. It does not keep the process alive.
 *
 * @throws {ListenError} when the port cannot be had.
 */
export async function openFront({ host, port, path, inspectorUrl }: FrontSettings): Promise<Server> {
  const page = inspectorUrl === false ? undefined : pageWith(inspectorUrl);
  const server = createServer(
    { headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
    (request, response) => answer(request, response, path, page),
  );
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new ListenError(
      `serveInspection: port ${port} of ${host} cannot be had${code}; give another port, or 0 for any free one.`,
      { cause },
    );
  }
  return server.unref();
}

/** Frees the port, and ends the connections of plain requests. */
export async function closeFront(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The URL of a server's path, from this machine. */
export function urlOf(server: Server, path: string): string {
  const { address, port } = server.address() as AddressInfo;
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (address.includes(':') ? `[${address}]` : address);
  return `ws://${host}:${port}${path}`;
}

/** What a front is made with. */
export interface FrontSettings {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly inspectorUrl: string | false;
}

function answer(request: IncomingMessage, response: ServerResponse, path: string, page: Page | undefined): void {
  const [asked] = (request.url ?? '').split('?', 1);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (page === undefined || asked !== path) respond(response, 404, 'Not found: viewers connect here by WebSocket.\n');
  else if (isRead) response.writeHead(200, page.headers).end(page.html);
  else respond(response, 405, 'Method not allowed.\n', { allow: 'GET, HEAD' });
}

function respond(response: ServerResponse, status: number, text: string, headers = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'cache-control': 'no-store', ...headers }).end(text);
}
