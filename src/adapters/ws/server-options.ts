import type { Server as HttpServer, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { ListenOptions } from '../../index.js';
import { resolveAccept } from '../../supervisor/listener/resolve-listen.js';
import { checkFunction, checkMethods, nameOf } from '../../supervisor/options/option-rules.js';
import { resolveSupervisor } from '../../supervisor/options/resolve-supervisor.js';
import { type CommonOptions, deflateOf, limitsOf } from './common-options.js';
import type { WebSocket } from './web-socket.js';

/** What `verifyClient` decides on. */
export interface ClientInfo {
  readonly origin: string;
  /** Whether the client came over TLS. */
  readonly secure: boolean;
  readonly req: IncomingMessage;
}

/** Decides who may connect: by its result, or, if it takes two arguments, by its callback. */
export type VerifyClient =
  | ((info: ClientInfo) => boolean | Promise<boolean>)
  | ((
      info: ClientInfo,
      callback: (isVerified: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders) => void,
    ) => void | Promise<void>);

/** Options of a server: those of ws, and what wirekeeper adds to them. */
export interface ServerOptions extends CommonOptions {
  /** The port of an HTTP server that is made for it. Give one of `port`, `server`, and `noServer`. */
  port?: number | undefined;
  host?: string | undefined;
  backlog?: number | undefined;
  /** An HTTP server whose upgrades it takes; beside other upgrade listeners only those of its path. */
  server?: HttpServer | HttpsServer | undefined;
  /** Whether upgrades are passed to `handleUpgrade`. Default `false`. */
  noServer?: boolean | undefined;
  /** The only path that is taken; others are refused with 400, or left to others. Default: every path. */
  path?: string | undefined;
  /** Which browsers may connect: see `origins` of `ListenOptions`. Default `any`, as with ws. */
  origins?: ListenOptions['origins'];
  /** The proxies in front of the server: see `trustProxy` of `ListenOptions`. Default: none. */
  trustProxy?: ListenOptions['trustProxy'];
  verifyClient?: VerifyClient | undefined;
  /** Chooses one of the subprotocols offered. Default: the first one. */
  handleProtocols?: ((protocols: Set<string>, request: IncomingMessage) => string | false | undefined) | undefined;
  /** Whether `clients` is kept. Default `true`. */
  clientTracking?: boolean | undefined;
  /** The class of its sockets, which extends `WebSocket`. Default `WebSocket`. */
  WebSocket?: (new (address: null, protocols: undefined, options: ServerOptions) => WebSocket) | undefined;
}

/**
 * The options as a server shows them. They have the types of @types/ws, where that has others: libraries that take a
 * server of ws then take one of these.
 */
export type ShownOptions = {
  [Name in Exclude<keyof ServerOptions, 'handleProtocols' | 'WebSocket'>]?: Exclude<ServerOptions[Name], undefined>;
} & {
  handleProtocols?: (protocols: Set<string>, request: IncomingMessage) => string | false;
  readonly WebSocket?: never;
};

/** @throws {TypeError} unless one of `port`, `server`, and `noServer` is given. */
export function checkPlace({ port, server, noServer }: ServerOptions): void {
  const given = [port !== undefined && port !== null, Boolean(server), Boolean(noServer)].filter(Boolean);
  if (given.length !== 1)
    throw new TypeError('One and only one of the "port", "server", or "noServer" options must be specified');
}

/** The options of a server that are functions; graphql-ws sets one of them later. */
const FUNCTIONS = ['verifyClient', 'handleProtocols', 'WebSocket'] as const;

/**
 * Checks options before the first client comes, whose listener has them. As with ws, what is false or `null` is not
 * there.
 *
 * @throws {OptionError} for a wrong option.
 */
export function checkOptions(options: ServerOptions): void {
  for (const name of FUNCTIONS) if (options[name]) checkFunction(options[name], nameOf('WebSocketServer', name));
  if (options.supervisor) checkMethods(options.supervisor, ['accept'], nameOf('WebSocketServer', 'supervisor'));
  const handler = () => undefined;
  resolveAccept({ ...listenSettings(options), handler }, resolveSupervisor({}), () => 'WebSocketServer');
}

/** The settings of the listener of a server. */
export function listenSettings(options: ServerOptions): Omit<ListenOptions<unknown>, 'handler' | 'protocols'> {
  const { limits, liveness, origins = 'any', trustProxy, perMessageDeflate } = options;
  return {
    origins,
    hosts: 'any',
    perMessageDeflate: deflateOf(perMessageDeflate ?? false),
    limits: { ...limitsOf(options), ...limits },
    ...(liveness === undefined ? {} : { liveness }),
    ...(trustProxy === undefined ? {} : { trustProxy }),
  };
}
