import type { HandshakeRequest } from '../transport/transport.js';
import type { ConnectionRequest } from './connection.js';

/** RFC 6750 section 2.1: one token68 after the scheme, which is case-insensitive (RFC 9110 section 11.1). */
const BEARER = /^bearer +([\w\-.~+/]+=*)$/i;

/**
 * One header field by name in any case; several fields of one name are joined by `separator`.
 *
 * Only the object's own properties are fields: no header is called `constructor`.
 */
export function fieldOf(headers: HandshakeRequest['headers'], name: string, separator = ', '): string | undefined {
  const key = name.toLowerCase();
  const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
  return typeof value === 'string' || value === undefined ? value : value.join(separator);
}

/** The opening handshake as handlers see it: what it was made from, and everything else read from that when asked for. */
class RequestView implements ConnectionRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HandshakeRequest['headers'];
  readonly remoteAddress: string | undefined;
  readonly isSecure: boolean;
  readonly params: readonly string[];
  #query: URLSearchParams | undefined;

  constructor({ method, url, headers, remoteAddress, isSecure }: HandshakeRequest, params: readonly string[]) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    this.remoteAddress = remoteAddress;
    this.isSecure = isSecure;
    this.params = params;
  }

  get path(): string {
    const mark = this.url.indexOf('?');
    return mark < 0 ? this.url : this.url.slice(0, mark);
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.url.slice(this.path.length));
    return this.#query;
  }

  header(name: string): string | undefined {
    return fieldOf(this.headers, name);
  }

  bearerToken(): string | undefined {
    return BEARER.exec(this.header('authorization')?.trim() ?? '')?.[1];
  }

  /** RFC 6265 section 4.2; the first of several cookies of one name, which has the most specific path (section 5.4). */
  cookie(name: string): string | undefined {
    for (const pair of fieldOf(this.headers, 'cookie', ';')?.split(';') ?? []) {
      const equals = pair.indexOf('=');
      if (equals >= 0 && pair.slice(0, equals).trim() === name) return cookieValue(pair.slice(equals + 1).trim());
    }
    return undefined;
  }
}

/** A cookie's value without its quotes, and percent-decoded as most frameworks encode it; as it is if that cannot be. */
function cookieValue(raw: string): string {
  const value = raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"') ? raw.slice(1, -1) : raw;
  try {
    return decodeURIComponent(value);
  } catch {
    // No percent-encoding was meant.
    return value;
  }
}

/**
 * Makes the request that handlers and `authenticate` see. It keeps no more than the handshake's own values; path, query,
 * and cookies are read from them when asked for.
 *
 * @param params the segments that `*` stood for in the listener's path.
 */
export function createConnectionRequest(handshake: HandshakeRequest, params: readonly string[]): ConnectionRequest {
  return new RequestView(handshake, params);
}
