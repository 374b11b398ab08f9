import type { HandshakeRequest } from '../../transport/transport.js';
import type { PathParams } from './path-params.js';

/**
 * The HTTP request that opened an accepted connection. It does not keep Node's `IncomingMessage` alive: `raw` is there
 * in `authenticate`, `origins`, and `protocols`, not in handlers. `console.log` and `JSON.stringify` show its method,
 * path, and address, not its query and header fields.
 */
export interface ConnectionRequest<Params extends PathParams = PathParams> extends HandshakeRequest {
  /** The path without the query. */
  readonly path: string;
  /** The query's parameters. */
  readonly query: URLSearchParams;
  /**
   * The parameters of the listener's path, percent-decoded: of `/rooms/:name` `params.name`, of `/rooms/*` `params[0]`.
   * Never empty.
   */
  readonly params: Params;
  /** Returns one header field. The name's case does not matter; several fields of one name are joined by `, `. */
  header(name: string): string | undefined;
  /** Returns the token of `Authorization: Bearer`, or `undefined`. */
  bearerToken(): string | undefined;
  /** Returns one cookie by name. */
  cookie(name: string): string | undefined;
}
