import type { ConnectionRequest } from '../../supervisor/api/connection-request.js';

/** Where a client may put its token. */
export type TokenSource =
  /** `Authorization: Bearer ...`. */
  | 'authorization'
  /** A parameter of the query. URLs are logged by proxies: such tokens should be short-lived. */
  | { readonly query: string }
  /**
   * A subprotocol that begins with this text, which browsers can offer: `new WebSocket(url, ['chat.v1', 'bearer.' +
   * token])`. Browsers need to be answered with another one that they have offered, so the listener has `protocols`.
   */
  | { readonly subprotocol: string }
  /** A cookie. Browsers send it from any page, so `origins` must be narrow. */
  | { readonly cookie: string };

/** The tokens of a request, from every source: more than one is more than a client may send (RFC 6750 section 2). */
export function tokensOf(request: ConnectionRequest, sources: readonly TokenSource[]): readonly string[] {
  return sources.flatMap((source) => tokensFrom(request, source));
}

function tokensFrom(request: ConnectionRequest, source: TokenSource): readonly string[] {
  if (source === 'authorization') return listOf(request.bearerToken());
  if ('query' in source) return request.query.getAll(source.query);
  if ('cookie' in source) return listOf(request.cookie(source.cookie));
  const offered = (request.header('sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim());
  return offered
    .filter((protocol) => protocol.startsWith(source.subprotocol))
    .map((protocol) => protocol.slice(source.subprotocol.length));
}

const listOf = (token: string | undefined): readonly string[] => (token === undefined ? [] : [token]);
