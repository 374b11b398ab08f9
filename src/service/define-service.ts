import type { AcceptedConnection } from '../supervisor/api/connection.js';
import type { Handler } from '../supervisor/api/handler.js';
import type { ListenOptions } from '../supervisor/api/listener.js';
import type { PathParams } from '../supervisor/api/path-params.js';
import type { Supervisor, SupervisorOptions } from '../supervisor/api/supervisor.js';

/** The options of `listen` that the service decides for all its paths together. */
type Decided = 'port' | 'host' | 'server' | 'path' | 'unmatched' | 'hosts' | 'trustProxy';

/**
 * A handler of a service with the options of its path: those of `listen`, without the place to listen on, which is the
 * service's. Its `id` is the path by default.
 */
export interface ServiceRoute<Data = undefined, Path extends string = string>
  extends Omit<ListenOptions<Data, Path>, Decided> {}

/** What runs for the connections of one path: a handler, or with `route` a handler that has options. */
export type ServiceHandler<Data = undefined, Path extends string = string> =
  | Handler<undefined, AcceptedConnection<undefined, PathParams<Path>>>
  | ServiceRoute<Data, Path>;

/** The certificate of a service. Files are read when the service starts; names are relative to the module. */
export interface ServiceTls {
  /** A PEM file of the certificate, followed by those between it and the authority's. */
  readonly certFile: string;
  /** A PEM file of its private key, without a passphrase. */
  readonly keyFile: string;
  /** A PEM file of authorities: only clients with a certificate of theirs are let in. Default: all clients are. */
  readonly clientCaFile?: string | undefined;
  /** The oldest version of TLS that is spoken. Default: Node's, `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
}

/**
 * What `wirekeeper serve ./app.mjs` runs: handlers by path, and how the service is reached. Options of the command line
 * take precedence.
 *
 * @typeParam Datas what `authenticate` of each path returns as `data`, by path.
 */
export interface ServiceDefinition<Datas> {
  /** What runs for the connections of each path, such as `/rooms/:name`. At least one. */
  readonly handlers: { readonly [Path in keyof Datas]: ServiceHandler<Datas[Path], Path & string> };
  /**
   * Called before the service listens, to subscribe to its events or start dialers; the service waits for its promise.
   * If it throws or rejects, the service does not start. Default: nothing.
   */
  readonly setup?: ((supervisor: Supervisor) => void | Promise<void>) | undefined;
  /** The TCP port, 0 for any free one. Default 8080. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Hosts that requests may name beside loopback's, `*` for any. Default: on loopback none, elsewhere any. */
  readonly hostNames?: readonly string[] | undefined;
  /** The proxies in front of the service, as for `listen`. Default: none is trusted. */
  readonly trustProxy?: ListenOptions['trustProxy'];
  /** The certificate, for `wss:` and `https:`. Default: the service speaks `ws:` and `http:`. */
  readonly tls?: ServiceTls | undefined;
  /** Limits of its supervisor, and defaults of its paths'. */
  readonly limits?: SupervisorOptions['limits'];
  /** How often clients are pinged, unless a path says otherwise; `false` sends no Pings. */
  readonly liveness?: SupervisorOptions['liveness'];
  /** Further options of its supervisor. */
  readonly supervisor?: Pick<SupervisorOptions, 'strategy' | 'intensity' | 'dialLimiter'> | undefined;
  /** The dashboard; `false` switches it off. Default: on loopback it is there. */
  readonly dashboard?:
    | false
    | {
        readonly token?: string | undefined;
        readonly actions?: boolean | undefined;
        readonly showReasons?: boolean | undefined;
      }
    | undefined;
  /** The metrics; `false` switches them off. Default: on loopback they are there if prom-client is installed. */
  readonly metrics?: false | { readonly token?: string | undefined; readonly public?: boolean | undefined } | undefined;
}

/**
 * Defines a service, for the default export of a module that `wirekeeper serve ./app.mjs` runs. Returns what it is
 * given; the command checks it.
 *
 *     export default defineService({ handlers: { '/echo': async (connection) => { ... } } });
 */
export function defineService<const Datas>(service: ServiceDefinition<Datas>): ServiceDefinition<Datas> {
  return service;
}

/**
 * Gives a handler of `defineService` options, and lets the compiler know the type of `connection.data` from
 * `authenticate`. Returns what it is given.
 */
export function route<Data = undefined, const Path extends string = string>(
  options: ServiceRoute<Data, Path>,
): ServiceRoute<Data, Path> {
  return options;
}
