import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PerMessageDeflateOptions } from '../../transport/transport.js';
import type { ChildExit, Shutdown } from './child-spec.js';
import type { AcceptedConnection, ConnectionRequest, Handler } from './connection.js';
import type { ListenerLimits, Liveness } from './limits.js';
import type { PathParams } from './path-params.js';
import type { Refusal } from './refusal.js';
import type { Restart } from './restart.js';

/**
 * What `authenticate` grants: a plain object with `data` or an `expiresAt` and nothing else. Whatever is neither that
 * nor what `refuse` returns lets nobody in: it is a 503, and `handshake.refused` has an `OptionError`.
 */
export interface Grant<Data> {
  /** Becomes `connection.data`. No promise: it is to be awaited. */
  readonly data: Data;
  /**
   * When the credential ends, Unix ms or a valid Date; the connection is then closed with 3000 unless renewed. A time
   * before 2001 is an `OptionError`: it was given in seconds. Default: never.
   */
  readonly expiresAt?: number | Date | undefined;
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
 * Settings of a listener.
 *
 * @typeParam Data what `authenticate` gives.
 * @typeParam Path the type of `path`: a text whose parameters are then known to the compiler.
 */
export interface ListenOptions<Data = undefined, Path extends ListenPath = ListenPath> {
  /** Its name among the supervisor's children. Default `listener-1`, and so on. */
  readonly id?: string | undefined;
  /** A TCP port of its own, 0 for any free one. At most one of `port` and `server`; neither means upgrades by hand. */
  readonly port?: number | undefined;
  /** The address to bind `port` to. Default: Node's, all addresses. */
  readonly host?: string | undefined;
  /** An existing server. The listener adds an upgrade listener beside others and removes just that one. */
  readonly server?: HttpServer | HttpsServer | undefined;
  /**
   * Paths taken, in which `:name` and `*` stand for one segment that is not empty: `/rooms/:name`. What they stood for
   * is in `request.params`. Other paths are refused with 404, and so are segments whose percent-encoding is malformed.
   * Default: every path.
   */
  readonly path?: Path | undefined;
  /**
   * Upgrades for other paths on a shared server: `pass` leaves them alone, `refuse` answers 404. Default `pass`; always
   * 404 on a port of its own.
   */
  readonly unmatched?: 'pass' | 'refuse' | undefined;
  /**
   * Hosts that a request may be meant for, by its Host header: names and addresses, maybe with a port, in which `*`
   * stands for any run of characters within one label, such as `['localhost', '127.0.0.1', '[::1]',
   * '*.example.com:8443']`. Others are refused with 421. A list protects a service that browsers can reach and
   * strangers must not, one on loopback say, from names that strangers have pointed at it (DNS rebinding): then
   * `same-origin` lets them in. Default: every host.
   */
  readonly hosts?: readonly string[] | undefined;
  /** Default `same-origin`. Others are refused with 403. */
  readonly origins?: OriginPolicy | undefined;
  /**
   * Subprotocols spoken, by preference, or a function that picks one of those offered. A client that offers only others
   * is let in without one (RFC 6455 section 4.2.2). Default: none.
   */
  readonly protocols?:
    | readonly string[]
    | ((offered: readonly string[], request: ConnectionRequest) => string | undefined)
    | undefined;
  /** Default `permanent`: one that has lost its port is started again, on the same port. */
  readonly restart?: Restart | undefined;
  /** Its budget when the supervisor stops it, in ms; then its connections are terminated. Default 5,000. */
  readonly shutdown?: Shutdown | undefined;
  /** Overrides the supervisor's; `maxConnections` holds beside the supervisor's. Default the supervisor's. */
  readonly limits?: Partial<ListenerLimits> | undefined;
  /** Overrides the supervisor's; `false` sends no Pings. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** Offers permessage-deflate (RFC 7692), always without context takeover on our side. Default `false`. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Default: everybody, with `data` undefined. */
  readonly authenticate?: Authenticate<Data, PathParams<Path>> | undefined;
  readonly handler: Handler<Data, AcceptedConnection<Data, PathParams<Path>>>;
}

/**
 * A child that accepts connections. It stays the same across restarts by its supervisor; only `restartChild` makes a
 * new one.
 */
export interface Listener extends AsyncDisposable {
  readonly kind: 'listener';
  readonly id: string;
  readonly state: 'listening' | 'suspended' | 'stopped';
  /** Where it listens; `undefined` by hand. */
  readonly address: AddressInfo | undefined;
  /** Connections accepted and not yet ended. */
  readonly connectionCount: number;
  /** Those connections by id. A live view: it changes while one iterates over it. */
  readonly connections: ReadonlyMap<string, AcceptedConnection<unknown>>;
  /** Refuses new connections with 503 until `resume`; those there are stay. */
  suspend(): void;
  resume(): void;
  /**
   * Takes one upgrade by hand, for servers that route upgrades themselves.
   *
   * @throws {OptionError} for anything but what comes with the event `upgrade`, all three of it.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * Takes no more connections, frees the port, closes those there are with 1001, and is no child any more; resolves
   * when all have ended. A second call joins the first, and so does the end of an `await using` block.
   */
  stop(): Promise<void>;
  /** The plain facts, for logs. */
  toJSON(): Pick<Listener, 'kind' | 'id' | 'state' | 'address' | 'connectionCount'>;
  /** Stops at once: as `stop`, but drops TCP of its connections. Also cuts short a `stop` that is under way. */
  terminate(): Promise<void>;
  /** Resolves when it has exited and is not restarted by its supervisor. Never rejects. */
  readonly ended: Promise<ChildExit>;
}
