import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Listener, Supervisor } from '../index.js';

/** How long a client may take to send its request's header, in ms. Node's own default is a minute. */
const HEADERS_WITHIN_MS = 10_000;

/** How often Node looks for clients beyond that, in ms. Its own default is half a minute. */
const CHECK_EVERY_MS = 1000;

/** A listener, and the paths it was made for. */
export interface Route {
  readonly paths: readonly string[];
  readonly listener: Listener;
}

/** An answer to a plain HTTP request. */
interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The path of a request target, which may be an absolute URL (RFC 9112 section 3.2.2). */
function pathOf({ url = '/' }: IncomingMessage): string {
  const [, path = url] = /^(?:https?|wss?):\/\/[^/?#]*([^?#]*)/i.exec(url) ?? [];
  return path.split('?', 1)[0] || '/';
}

/** Whether a request asks for WebSocket, among other protocols maybe. Node hands those that ask for HTTP/2 to upgrade listeners, too. */
function asksForWebSocket({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return upgrade.split(',').some((protocol) => protocol.split('/', 1)[0]?.trim().toLowerCase() === 'websocket');
}

/** Whether a path is of a pattern, in which `*` stands for one segment. What is in the segment its listener judges. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const segments = path.split('/');
  return wanted.length === segments.length && wanted.every((segment, i) => segment === '*' || segment === segments[i]);
}

function routeOf(routes: readonly Route[], path: string): Route | undefined {
  return routes.find(({ paths }) => paths.some((pattern) => matches(pattern, path)));
}

/** Liveness: an orchestrator restarts what is not healthy. A service that stops is still healthy. */
function health({ state }: Supervisor): Answer {
  return state === 'failed' ? { status: 503, body: { status: 'failed' } } : { status: 200, body: { status: 'ok', state } };
}

/** Readiness: a load balancer sends nothing new to what is not ready. */
function readiness({ isReady, state }: Supervisor): Answer {
  return { status: isReady ? 200 : 503, body: { ready: isReady, state } };
}

function answerTo(request: IncomingMessage, supervisor: Supervisor, routes: readonly Route[]): Answer {
  const path = pathOf(request);
  const probe = { '/healthz': health, '/readyz': readiness }[path];
  if (probe !== undefined) {
    if (request.method === 'GET' || request.method === 'HEAD') return probe(supervisor);
    return { status: 405, body: { error: 'method not allowed' }, headers: { allow: 'GET, HEAD' } };
  }
  if (routeOf(routes, path) === undefined) return { status: 404, body: { error: 'not found' } };
  return { status: 426, body: { error: 'this path speaks WebSocket only' }, headers: { connection: 'upgrade', upgrade: 'websocket' } };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store', ...headers });
  response.end(text);
}

/** Answers a request that Node took for an upgrade, and ends its connection. */
function sendPlainly(request: IncomingMessage, answer: Answer): void {
  const { socket } = request;
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.destroySoon());
  send(response, answer);
}

/**
 * Makes the service's HTTP server, not yet listening: probes, and upgrades for the listener whose path it is. An upgrade
 * that is nobody's goes to the first listener, which refuses it with 404 and says so in the log.
 */
export function createHttpServer(supervisor: Supervisor, routes: readonly Route[]): Server {
  const server = createServer({ headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CHECK_EVERY_MS }, (request, response) =>
    send(response, answerTo(request, supervisor, routes)),
  );
  const [first] = routes;
  if (first !== undefined) {
    server.on('upgrade', (request, socket, head) => {
      if (asksForWebSocket(request)) (routeOf(routes, pathOf(request)) ?? first).listener.handleUpgrade(request, socket, head);
      else sendPlainly(request, answerTo(request, supervisor, routes));
    });
  }
  return server;
}
