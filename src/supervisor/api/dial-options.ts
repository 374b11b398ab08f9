import type { Agent } from 'node:http';
import type { DialTcpOptions, DialTlsOptions, PerMessageDeflateOptions } from '../../transport/transport.js';
import type { Shutdown } from './child-spec.js';
import type { Backoff, DialAttempt, RetryPolicy } from './dialer.js';
import type { Handler } from './handler.js';
import type { DialerLimits, Liveness } from './limits.js';
import type { Restart } from './restart.js';
import type { Supervisor } from './supervisor.js';

/**
 * Header fields of a dial's opening handshake: an object of texts; or pairs of name and value, as a `Headers` (Node's,
 * undici's), a Map, or a list has them.
 */
export type HeaderFields = Readonly<Record<string, string>> | Iterable<readonly [name: string, value: string]>;

/** Settings of a dialer. */
export interface DialOptions {
  /** Its name among the supervisor's children. Default `dialer-1`, and so on. */
  readonly id?: string | undefined;
  /**
   * `ws:` or `wss:`, or `ws+unix:/path/of/socket:/path` for a socket of this machine; or a function called before each
   * attempt, for failover between endpoints.
   */
  readonly url: string | URL | ((attempt: DialAttempt) => string | URL | Promise<string | URL>);
  /**
   * Header fields of the opening handshake; or a function called before each attempt, for fresh tokens. Default none.
   */
  readonly headers?: HeaderFields | ((attempt: DialAttempt) => HeaderFields | Promise<HeaderFields>) | undefined;
  /**
   * Subprotocols offered, by preference; or a function called before each attempt, for those that carry a token.
   * Default none.
   */
  readonly protocols?:
    | readonly string[]
    | ((attempt: DialAttempt) => readonly string[] | Promise<readonly string[]>)
    | undefined;
  /**
   * When the dialer is restarted. Default `transient`: it is restarted after a handler has thrown, and not after a
   * handler has returned or the retry policy has given up.
   */
  readonly restart?: Restart | undefined;
  /** Its budget when the supervisor stops it, in ms; then its connection is terminated. Default 5,000. */
  readonly shutdown?: Shutdown | undefined;
  /** How long the dialer waits before it dials again. Default: see `Backoff`. */
  readonly backoff?: Partial<Backoff> | undefined;
  /** Decides what happens after a connection has ended. Default `defaultRetry`. */
  readonly retry?: RetryPolicy | undefined;
  /** Limits of its connections and handshakes. Default: the supervisor's. */
  readonly limits?: Partial<DialerLimits> | undefined;
  /** How often its connections are pinged; `false` sends no Pings. Default: the supervisor's. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** Offers permessage-deflate (RFC 7692). Default `false`. */
  readonly perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /**
   * TLS settings of `wss:` URLs; certificates and keys are read at the call. Or a function called before each attempt,
   * for certificates that are replaced while the dialer runs. Default: Node's.
   */
  readonly tls?: DialTlsOptions | ((attempt: DialAttempt) => DialTlsOptions | Promise<DialTlsOptions>) | undefined;
  /** TCP settings; with `proxy` they are those of the connection to the proxy. Default: Node's. */
  readonly tcp?: DialTcpOptions | undefined;
  /**
   * The proxy on the way to the server: its URL, `http:` or `https:` (CONNECT), `socks5:` (this side looks the server's
   * name up), or `socks5h:` (the proxy does), with user and password if it wants them. `environment` reads
   * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, and `NO_PROXY` at each attempt. Its part of the way is within
   * `openWithinMs`. Default: none.
   */
  readonly proxy?: 'environment' | (string & {}) | URL | undefined;
  /**
   * An agent that makes the sockets, as `node:http` takes it: of `node:http`, `node:https`, or a package such as
   * `https-proxy-agent`; not of undici. It is given instead of `proxy`, and has to be for the URL's scheme. What it
   * does of its own it does in its own time: with a proxy that never answers, its socket may outlive the attempt.
   * Default: none.
   */
  readonly agent?: Agent | undefined;
  /**
   * How many redirects of the server are followed within an attempt. To another origin go neither header fields nor
   * user and password, nor the certificate of this side; a redirect from `wss:` to `ws:` is not followed. Default 0.
   */
  readonly redirects?: number | undefined;
  /**
   * Runs for each connection. Without a handler the dialer keeps its connection up, and you read messages from its
   * `frames$`, or from the connection that `connected` returns. Messages that nobody reads are held up to 16 times
   * `readAheadBytes`; later ones are dropped, so that Pings are still answered and the peer's Close is still seen.
   * Default: none.
   */
  readonly handler?: Handler | undefined;
  /**
   * When a connection counts as up: as soon as it is open, or when the handler calls `connection.ready()`, after its
   * login for example. Until then `connection` is `undefined`, `connected` waits, `send` returns `closed`, `frames$`
   * reads nothing, and the time for `backoff.stableAfterMs` does not run. `limits.readyWithinMs` is the deadline.
   * Default `open`.
   */
  readonly ready?: 'open' | 'handler' | undefined;
  /**
   * The greatest age of a connection, in ms since it opened, for peers that end connections of a certain age. At a
   * random moment in the last tenth of it the connection is replaced, as by `redial({ overlap: true })`. Default
   * `Infinity`.
   */
  readonly maxAgeMs?: number | undefined;
}

/** Settings of `connect`. */
export interface ConnectOptions
  extends Pick<
    DialOptions,
    | 'headers'
    | 'protocols'
    | 'limits'
    | 'liveness'
    | 'perMessageDeflate'
    | 'tls'
    | 'tcp'
    | 'proxy'
    | 'agent'
    | 'redirects'
  > {
  /** Cancels the attempt when it aborts. Has no effect once the connection is open. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The supervisor of the connection: its limits hold, and its `stop` and `drain` end the connection. Default: a
   * new supervisor that ends with the connection.
   */
  readonly supervisor?: Supervisor | undefined;
}
