import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PerMessageDeflateOptions, UpgradeServer } from '../../transport/transport.js';
import type { ChildExit, Shutdown } from './child-spec.js';
import type { AcceptedConnection } from './connection.js';
import type { ConnectionRequest } from './connection-request.js';
import type { Handler } from './handler.js';
import type { ListenerLimits, Liveness } from './limits.js';
import type { PathParams } from './path-params.js';
import type { Refusal } from './refusal.js';
import type { Restart } from './restart.js';

/**
 * What `authenticate` grants: a plain object with `data`, `expiresAt`, or `identity`, maybe `headers`, and nothing
 * else. Any other value that `refuse` did not make is answered with 503, and `handshake.refused` has an `OptionError`.
 */
export interface Grant<Data> {
  /** Becomes `connection.data`. A promise is refused: await it first. */
  readonly data: Data;
  /**
   * When the credential ends, Unix ms or a valid Date; the connection is then closed with 3000 unless renewed. A time
   * before 2001 is an `OptionError`: it was given in seconds. Default: never.
   */
  readonly expiresAt?: number | Date | undefined;
  /**
   * Who the client is, as `connection.identity`: a text of 1 to 256 characters, such as `user:42`, the same for all
   * connections of one user. `limits.maxConnectionsPerIdentity` bounds how many there may be. Default: not known.
   */
  readonly identity?: string | undefined;
  /**
   * Header fields to send with the 101, `set-cookie` for example; a list is sent as a field for each value, and
   * `undefined` is not sent, so it may be what `getHeaders()` of Node's `ServerResponse` returns. Values are of
   * printable ASCII, spaces, and tabs. The fields of the handshake itself (`Connection`, `Upgrade`,
   * `Sec-WebSocket-...`) and those of a body (`Content-Length`, `Transfer-Encoding`) are an `OptionError`. Default:
   * none.
   */
  readonly headers?: Readonly<Record<string, string | number | readonly string[] | undefined>> | undefined;
}

/** Decides who may connect, before the 101. A throw or a deadline is a 503, never a 401. */
export type Authenticate<Data, Params extends PathParams = PathParams> = (
  request: ConnectionRequest<Params>,
  context: { readonly signal: AbortSignal },
) => Grant<Data> | Refusal | Promise<Grant<Data> | Refusal>;

/**
 * Which browsers' origins may connect (RFC 6455 section 10.2): `same-origin`, `any`, a list of origins in which `*`
 * stands for any run of characters within one label (`https://*.example.com`), or a function. Requests without an
 * Origin header do not come from browsers and are let through, except by a function, which decides.
 */
export type OriginPolicy =
  | 'same-origin'
  | 'any'
  | readonly string[]
  | ((origin: string | undefined, request: ConnectionRequest) => boolean);

/** The paths of a listener. */
export type ListenPath = string | readonly string[];

/**
 * Settings of a listener without a port or a server: upgrades are passed to its `handleUpgrade`.
 *
 * @typeParam Data what `authenticate` returns as `data`.
 * @typeParam Path the type of `path`: a text whose parameters are then known to the compiler.
 */
export interface AcceptOptions<Data = undefined, Path extends ListenPath = ListenPath> {
  /** Its name among the supervisor's children. Default `listener-1`, and so on. */
  readonly id?: string | undefined;
  /**
   * Paths taken, in which `:name` and `*` stand for one segment that is not empty: `/rooms/:name`. What they stood for
   * is in `request.params`. Other paths are refused with 404, and so are segments whose percent-encoding is malformed.
   * Default: every path.
   */
  readonly path?: Path | undefined;
  /**
   * Hosts that a request may be meant for, by its Host header: names and addresses, with or without a port, in which
   * `*` stands for any run of characters within one label, such as `['localhost', '127.0.0.1', '[::1]',
   * '*.example.com:8443']`; or `any`. Others are refused with 421. A list protects a service that browsers can reach
   * and strangers must not, from names that strangers have pointed at it (DNS rebinding): otherwise `same-origin` lets
   * them in. Default: if `host` is a loopback address and there is no `trustProxy`, browsers have to name loopback;
   * otherwise `any`.
   */
  readonly hosts?: readonly string[] | 'any' | undefined;
  /**
   * The proxies in front of the listener, so that it knows its clients: their addresses and ranges, in which
   * `loopback` and `private` stand for those ranges; or how many there are, one behind the other, which only holds if
   * nobody can reach the listener past them. What they say in `X-Forwarded-For`, `-Proto`, and `-Host` then is the
   * client's address (`remoteAddress`, also of the connection and its report, and for limits per address), whether it
   * came over TLS (`isSecure`), and the host that `hosts` and `origins` are compared with, which
   * `request.header('host')` returns. `same-origin` compares the scheme, too, if a proxy says it. With `{ from, header:
   * 'forwarded' }` `Forwarded` (RFC 7239) is read instead; a malformed one is refused with 400.
   *
   * These header fields mean nothing in requests from other addresses. A trusted proxy must set or remove each of them,
   * since what it passes on unchanged comes from strangers. `0` and `[]` say that there is no proxy: limits per address
   * hold for loopback and private addresses, too. Default: no proxy is trusted, and a private address may be one.
   */
  readonly trustProxy?:
    | number
    | readonly string[]
    | { readonly from: number | readonly string[]; readonly header?: 'x-forwarded' | 'forwarded' | undefined }
    | undefined;
  /** Which browsers' origins may connect; others are refused with 403. Default `same-origin`. */
  readonly origins?: OriginPolicy | undefined;
  /**
   * Subprotocols spoken, by preference, or a function that picks one of those offered. A client that offers only others
   * is let in without one (RFC 6455 section 4.2.2). Default: none.
   */
  readonly protocols?:
    | readonly string[]
    | ((offered: readonly string[], request: ConnectionRequest) => string | undefined)
    | undefined;
  /** When the listener is restarted. Default `permanent`: after the loss of its port it opens the same port again. */
  readonly restart?: Restart | undefined;
  /** Its budget when the supervisor stops it, in ms; then its connections are terminated. Default 5,000. */
  readonly shutdown?: Shutdown | undefined;
  /** Its limits; the supervisor's own `maxConnections` holds as well. Default: the supervisor's. */
  readonly limits?: Partial<ListenerLimits> | undefined;
  /** How often its connections are pinged; `false` sends no Pings. Default: the supervisor's. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** Offers permessage-deflate (RFC 7692), always without context takeover on our side. Default `false`. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Decides who may connect. Default: every client, with `data` undefined. */
  readonly authenticate?: Authenticate<Data, PathParams<Path>> | undefined;
  /** Runs for each connection. */
  readonly handler: Handler<Data, AcceptedConnection<Data, PathParams<Path>>>;
}

/**
 * Settings of a listener.
 *
 * @typeParam Data what `authenticate` returns as `data`.
 * @typeParam Path the type of `path`: a text whose parameters are then known to the compiler.
 */
export interface ListenOptions<Data = undefined, Path extends ListenPath = ListenPath>
  extends AcceptOptions<Data, Path> {
  /**
   * The TCP port to open, 0 for any free one. Give `port`, `server`, or neither: then pass upgrades to `handleUpgrade`.
   */
  readonly port?: number | undefined;
  /** The address to bind `port` to. Default: Node's, all addresses. */
  readonly host?: string | undefined;
  /**
   * How many connections to `port` the system holds until the process accepts them, from 1 to 65,535; Linux takes the
   * lower one of this and `net.core.somaxconn`. What comes beyond is not answered, and clients try again a second and
   * more later: a thousand that come back at once should fit. Default 4,096, as Go has it on today's Linux; Node's is
   * 511.
   */
  readonly backlog?: number | undefined;
  /**
   * An existing server, of HTTP, HTTPS, or HTTP/2, whose upgrades of HTTP/1.1 and WebSockets within HTTP/2 (RFC 8441)
   * are taken. The listener adds listeners beside others and removes just these. A server of HTTP/2 without
   * `allowHTTP1` offers WebSockets from then on; one with it does if it was made with `settings: {
   * enableConnectProtocol: true }`, since browsers then open all its WebSockets within HTTP/2.
   */
  readonly server?: UpgradeServer | undefined;
  /**
   * Upgrades for other paths on a shared server: `pass` leaves them alone, `refuse` answers 404. Default `pass`; with
   * `port` always 404.
   */
  readonly unmatched?: 'pass' | 'refuse' | undefined;
}

/**
 * A child that accepts connections. It stays the same across restarts by its supervisor; only `restartChild` makes a
 * new one.
 */
export interface Listener extends AsyncDisposable {
  readonly kind: 'listener';
  readonly id: string;
  readonly state: 'listening' | 'suspended' | 'stopped';
  /** The address it listens on; `undefined` if upgrades are passed to `handleUpgrade`. */
  readonly address: AddressInfo | undefined;
  /** Connections accepted and not yet ended. */
  readonly connectionCount: number;
  /** Those connections by id. A live view: it may change during an iteration. */
  readonly connections: ReadonlyMap<string, AcceptedConnection<unknown>>;
  /** Refuses new connections with 503 until `resume`; existing connections stay. */
  suspend(): void;
  resume(): void;
  /**
   * Takes one upgrade by hand, for servers that route upgrades themselves. Call it within the event: until then the
   * socket has no `error` listener, and a client that resets the connection ends the process. What has to be awaited
   * first is `grant`. A framework that calls it later has to listen for `error` itself meanwhile: a client that has
   * gone by then is a `handshake.refused` with status 499, and what a client has sent early is kept.
   *
   * @param grant what is granted, or a promise of it, in place of `authenticate`, which is not called then; the other
   *   checks and `authenticateWithinMs` hold. A promise that rejects is answered with 503. Default: `authenticate`
   *   decides.
   * @throws {OptionError} unless the first three arguments are those of Node's event `upgrade`.
   */
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    grant?: ReturnType<Authenticate<unknown>>,
  ): void;
  /**
   * Takes no more connections, frees the port, and closes the existing connections with 1001; the supervisor forgets
   * the listener. Resolves when all connections have ended. A second call joins the first, and so does the end of an
   * `await using` block.
   */
  stop(): Promise<void>;
  /** The plain facts, for logs. */
  toJSON(): Pick<Listener, 'kind' | 'id' | 'state' | 'address' | 'connectionCount'>;
  /** Stops at once: like `stop`, but drops TCP of its connections. Also cuts short a `stop` that is under way. */
  terminate(): Promise<void>;
  /** Resolves when it has exited and is not restarted by its supervisor. Never rejects. */
  readonly ended: Promise<ChildExit>;
}
