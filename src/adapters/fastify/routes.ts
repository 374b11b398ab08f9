import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type AcceptedConnection, type Listener, refuse, type Supervisor } from '../../index.js';
import { nameOf, wrongOption } from '../../supervisor/options/option-rules.js';
import { grantOf } from '../framework/answers.js';
import type { Exchange } from './exchange.js';
import { type RouteSettings, resolveRoute } from './plugin-options.js';
import { RoutePaths } from './route-paths.js';
import type { WebSocketHandler } from './route-types.js';

/** Marks a route for WebSockets, in its `config`: its listener. */
const kListener = Symbol('wirekeeper.listener');

type Config = { [kListener]?: Listener | undefined };

/** The longest id of a child. */
const LONGEST_ID = 128;

/** The routes for WebSockets of an application, and the listeners of their clients. */
export class Routes {
  readonly paths = new RoutePaths();
  /** Of all routes without options of their own, and of upgrades that reach no route. */
  readonly listener: Listener;
  readonly #supervisor: Supervisor;
  readonly #settings: RouteSettings;
  readonly #exchangeOf: (message: IncomingMessage) => Exchange | undefined;
  readonly #opened = new WeakMap<AcceptedConnection<unknown>, Exchange>();

  constructor(
    supervisor: Supervisor,
    settings: RouteSettings,
    exchangeOf: (message: IncomingMessage) => Exchange | undefined,
  ) {
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#exchangeOf = exchangeOf;
    this.listener = this.#listen('fastify', {});
  }

  /**
   * A route is declared: one for WebSockets gets a handler for both kinds of requests.
   *
   * @throws {OptionError} for a wrong option of a route for WebSockets.
   */
  declare(route: RouteOptions): void {
    const { websocket = false, wsHandler, handler, method, url } = route;
    if (!websocket && wsHandler === undefined) return;
    if (websocket && wsHandler !== undefined)
      throw wrongOption(nameOf('route', 'wsHandler'), 'is given beside websocket, whose handler is for WebSockets');
    const methods = [method].flat();
    // A HEAD route of Fastify's own, beside the GET route: it has the same options.
    if (methods.every((one) => one === 'HEAD')) {
      if (websocket) route.handler = upgradeRequired;
      return;
    }
    if (methods.some((one) => one !== 'GET' && one !== 'HEAD'))
      throw wrongOption(nameOf('route', 'method'), 'has more than GET and HEAD; a WebSocket is opened by GET');
    const { listener, grant = this.#settings.grant } = resolveRoute(route.wirekeeper);
    const taker = Object.keys(listener).length === 0 ? this.listener : this.#listen(this.#idFor(url), listener);
    this.paths.add(url);
    route.config = Object.assign(route.config ?? {}, { [kListener]: taker });
    // Tools that describe an HTTP API leave it out.
    if (websocket) route.schema = Object.assign(route.schema ?? {}, { hide: true });
    route.handler = this.#handlerOf({
      grant,
      onWebSocket: wsHandler ?? (handler as unknown as WebSocketHandler),
      onRequest: websocket ? upgradeRequired : handler,
    });
  }

  /** The first hook: an upgrade has been routed. */
  arrive(exchange: Exchange, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const listener = (request.routeOptions.config as Config)[kListener];
    if (listener === undefined && !request.is404) {
      reply.callNotFound();
      return;
    }
    const { hijack } = reply;
    reply.hijack = () => {
      exchange.hijacked();
      return hijack.call(reply);
    };
    exchange.handIn(listener, done);
  }

  opened(connection: AcceptedConnection<unknown>, exchange: Exchange): void {
    this.#opened.set(connection, exchange);
  }

  #handlerOf({ grant, onWebSocket, onRequest }: Handlers): RouteOptions['handler'] {
    const exchangeOf = this.#exchangeOf;
    return function (request, reply) {
      const exchange = exchangeOf(request.raw);
      if (exchange === undefined) return onRequest.call(this, request, reply);
      return enter(exchange, { grant, run: onWebSocket.bind(this) }, request, reply);
    };
  }

  #listen(id: string, options: RouteSettings['listener']): Listener {
    return this.#supervisor.accept<unknown>({
      ...this.#settings.listener,
      ...options,
      id,
      authenticate: ({ raw }) => (raw && this.#exchangeOf(raw))?.authenticate() ?? refuse(503),
      handler: (connection) => this.#opened.get(connection)?.run(connection),
    });
  }

  /** The id of a route's listener among the children of the supervisor. */
  #idFor(url: string): string {
    const name = encodeURI(url).slice(0, LONGEST_ID - 4);
    let id = name;
    for (let number = 2; this.#supervisor.child(id) !== undefined; number += 1) id = `${name}#${number}`;
    return id;
  }
}

interface Handlers {
  readonly grant: RouteSettings['grant'];
  readonly onWebSocket: WebSocketHandler;
  readonly onRequest: RouteOptions['handler'];
}

/** All hooks have let the client through: the listener gets its grant, and the handler runs once it has answered. */
async function enter(
  exchange: Exchange,
  { grant, run }: Pick<Handlers, 'grant'> & { readonly run: OmitThisParameter<WebSocketHandler> },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const granted = grantOf(
    await (grant === undefined ? { data: undefined } : grant(request, reply)),
    reply.getHeaders(),
  );
  // The client may have gone, or been refused by a deadline; or `grant` has answered.
  if (reply.sent) return reply;
  exchange.decide(granted, async (connection) => {
    try {
      return await run(connection, request);
    } catch (error) {
      // After the end it is most often a wait that the end has interrupted.
      if (connection.state === 'open') request.log.error({ err: error }, 'the handler of a WebSocket has thrown');
      throw error;
    }
  });
  return reply.hijack();
}

/** Answers a plain request to a route that speaks WebSocket only (RFC 9110 section 15.5.22). */
function upgradeRequired(_request: unknown, reply: FastifyReply): void {
  void reply
    .code(426)
    .headers({ connection: 'Upgrade', upgrade: 'websocket' })
    .type('text/plain; charset=utf-8')
    .send('This route speaks WebSocket only.\n');
}
