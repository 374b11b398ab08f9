import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { Cluster } from '../../cluster/index.js';
import type { Listener, Supervisor } from '../../index.js';
import type { Dashboard } from '../../inspect/dashboard/index.js';
import { isMeantFor } from '../config/host-names.js';
import type { TlsSettings } from '../config/read-tls.js';
import type { ServedMetrics } from './metrics.js';
import { type Answer, authorityOf, methodFault, pathOf, send } from './plain-http.js';

/** How long a client may take to send the header of its request, in ms. Node's default is a minute. */
const HEADERS_WITHIN_MS = 10_000;

/** How often Node checks this, in ms. Node's default is half a minute. */
const CHECK_EVERY_MS = 1000;

/** A listener and its paths. */
export interface Route {
  readonly paths: readonly string[];
  readonly listener: Listener;
}

/**
 * Whether a request asks for WebSocket, possibly among other protocols. Node emits `upgrade` for requests that ask for
 * HTTP/2, too.
 */
function asksForWebSocket({ headers: { upgrade = '' } }: IncomingMessage): boolean {
  return upgrade.split(',').some((protocol) => protocol.split('/', 1)[0]?.trim().toLowerCase() === 'websocket');
}

/** Whether a path has the shape of a pattern. Whether a parameter is allowed is decided by the listener. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const segments = path.split('/');
  return (
    wanted.length === segments.length && wanted.every((segment, i) => /^[*:]/.test(segment) || segment === segments[i])
  );
}

function routeOf(routes: readonly Route[], path: string): Route | undefined {
  return routes.find(({ paths }) => paths.some((pattern) => matches(pattern, path)));
}

/** The liveness probe: orchestrators restart a service that is not healthy. A stopping service is healthy. */
function health({ state }: Supervisor): Answer {
  return state === 'failed'
    ? { status: 503, body: { status: 'failed' } }
    : { status: 200, body: { status: 'ok', state } };
}

/** The readiness probe: load balancers send no new clients to a service that is not ready. */
function readiness({ isReady, state }: Supervisor, cluster: Served['cluster']): Answer {
  const ready = isReady && cluster?.isReady !== false;
  const broker = cluster === undefined ? {} : { broker: cluster.status };
  return { status: ready ? 200 : 503, body: { ready, state, ...broker } };
}

function answerTo(
  request: IncomingMessage,
  { supervisor, routes, hosts, cluster }: Pick<Served, 'supervisor' | 'routes' | 'hosts' | 'cluster'>,
): Answer {
  if (!isMeantFor(hosts, authorityOf(request))) return { status: 421, body: { error: 'this host is not served here' } };
  const path = pathOf(request);
  const probe = { '/healthz': health, '/readyz': readiness }[path];
  if (probe !== undefined) return methodFault(request) ?? probe(supervisor, cluster);
  if (routeOf(routes, path) === undefined) return { status: 404, body: { error: 'not found' } };
  return {
    status: 426,
    body: { error: 'this path speaks WebSocket only' },
    headers: { connection: 'upgrade', upgrade: 'websocket' },
  };
}

/** The response to a request that Node took for an upgrade; it ends the connection. */
function responseTo(request: IncomingMessage): ServerResponse {
  const { socket } = request;
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.destroySoon());
  return response;
}

/** What the service's HTTP server serves. */
export interface Served {
  readonly supervisor: Supervisor;
  readonly routes: readonly Route[];
  /** Hosts that requests may name; `undefined` for every host. */
  readonly hosts: readonly string[] | undefined;
  readonly dashboard: Dashboard | undefined;
  readonly metrics: ServedMetrics | undefined;
  /** Its part of a cluster, which may have to reach the broker for the service to be ready. */
  readonly cluster?: Pick<Cluster, 'isReady' | 'status'> | undefined;
  /** Its certificate; without one it speaks HTTP. */
  readonly tls: TlsSettings | undefined;
  /** Reports a plain request for another host. */
  readonly onMisdirected: (request: IncomingMessage) => void;
}

/**
 * Makes the service's HTTP server, not yet listening: the dashboard, metrics, probes, and upgrades for the listener
 * whose path it is. An upgrade for no listener's path goes to the first listener, which refuses it with 404, so that
 * the log has it. Plain requests that do not name one of `hosts` are answered with 421 and reported; listeners check
 * upgrades themselves.
 */
export function createHttpServer(served: Served): Server | SecureServer {
  const { routes, hosts, dashboard, metrics, tls, onMisdirected } = served;
  const pages = [dashboard, metrics];
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    if (isMeantFor(hosts, authorityOf(request)) && pages.some((page) => page?.handle(request, response) === true))
      return;
    const answer = answerTo(request, served);
    send(response, answer);
    if (answer.status === 421) onMisdirected(request);
  };
  const times = { headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CHECK_EVERY_MS };
  const server =
    tls === undefined
      ? createServer(times, respond)
      : createSecureServer({ ...times, ...tls, handshakeTimeout: HEADERS_WITHIN_MS }, respond);
  const [first] = routes;
  if (first === undefined && dashboard === undefined) return server;
  server.on('upgrade', (request, socket, head) => {
    if (!asksForWebSocket(request)) respond(request, responseTo(request));
    else if (isMeantFor(hosts, authorityOf(request)) && dashboard?.handleUpgrade(request, socket, head) === true)
      return;
    else {
      const route = routeOf(routes, pathOf(request)) ?? first;
      if (route === undefined) respond(request, responseTo(request));
      else route.listener.handleUpgrade(request, socket, head);
    }
  });
  return server;
}
