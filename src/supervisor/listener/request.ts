import { printAsJson } from '../../transport/print-as-json.js';
import type { HandshakeRequest } from '../../transport/transport.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { PathParams } from '../api/path-params.js';
import type { PathMatcher } from './path.js';
import { pathOf, requestTarget } from './request-target.js';

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

/** Fields that are of no use after the handshake. */
const SPENT = new Set([
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
]);

/** Node's largest header section, 16 KiB, and separators. */
const packing = Buffer.allocUnsafeSlow(64 * 1024);

/** The text that was made last: clients of one kind send the same fields, and may share one text. */
let lastPacked = '';

/**
 * Header fields as one flat text. Line feeds and carriage returns, which HTTP allows in no field, stand between values
 * and fields.
 */
function packed(headers: HandshakeRequest['headers']): string {
  let text = '';
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value === undefined || SPENT.has(name)) continue;
    text += `${name}\n${typeof value === 'string' ? value : value.join('\n')}\r`;
  }
  // A text that was put together is a tree of its parts; going through bytes makes one flat string of it.
  if (text !== lastPacked)
    lastPacked = text.length > packing.length ? text : packing.toString('latin1', 0, packing.write(text, 'latin1'));
  return lastPacked;
}

function unpacked(text: string): HandshakeRequest['headers'] {
  const headers: Record<string, string | readonly string[]> = {};
  for (const field of text.split('\r').slice(0, -1)) {
    const [name = '', ...values] = field.split('\n');
    headers[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return headers;
}

/**
 * The opening handshake as handlers see it: what it was made from, and everything else read from that when asked for.
 */
export class RequestView implements ConnectionRequest {
  readonly method: string;
  readonly url: string;
  /**
   * Header fields as one text until they are first read: an object of strings takes as much memory as a tenth of a
   * connection.
   */
  #headers: HandshakeRequest['headers'] | string;
  readonly remoteAddress: string | undefined;
  readonly isSecure: boolean;
  readonly #match: PathMatcher;
  /** The handshake, until it is answered: what Node has of it is not kept alive. */
  #handshake: Pick<HandshakeRequest, 'raw' | 'stream'> | undefined;
  #query: URLSearchParams | undefined;

  constructor(handshake: HandshakeRequest, match: PathMatcher) {
    const { method, url, headers, remoteAddress, isSecure } = handshake;
    this.method = method;
    this.url = url;
    this.#headers = headers;
    this.remoteAddress = remoteAddress;
    this.isSecure = isSecure;
    this.#match = match;
    this.#handshake = handshake;
  }

  get raw(): HandshakeRequest['raw'] {
    return this.#handshake?.raw;
  }

  get stream(): HandshakeRequest['stream'] {
    return this.#handshake?.stream;
  }

  get headers(): HandshakeRequest['headers'] {
    if (typeof this.#headers === 'string') this.#headers = unpacked(this.#headers);
    return this.#headers;
  }

  /** Makes it small, once the handshake is over: what served the handshake only is dropped. */
  pack(): void {
    this.#handshake = undefined;
    this.#headers = packed(this.headers);
  }

  /** Read from the URL each time: none is kept. */
  get params(): PathParams {
    return this.#match(requestTarget(this.url)?.path ?? '') ?? {};
  }

  get path(): string {
    return pathOf(this.url);
  }

  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(requestTarget(this.url)?.query);
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

  /** What may be printed: the query and header fields may hold credentials. */
  toJSON(): Pick<ConnectionRequest, 'method' | 'path' | 'remoteAddress' | 'isSecure'> {
    const { method, path, remoteAddress, isSecure } = this;
    return { method, path, remoteAddress, isSecure };
  }
}

printAsJson(RequestView.prototype, 'ConnectionRequest');

/**
 * A cookie's value without its quotes, and percent-decoded as most frameworks encode it; as it is if that cannot be.
 */
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
 * Makes the request that handlers and `authenticate` see. It keeps no more than the handshake's own values; path,
 * query, and cookies are read from them when asked for.
 *
 * @param match reads the parameters of the listener's path.
 */
export function createConnectionRequest(handshake: HandshakeRequest, match: PathMatcher): RequestView {
  return new RequestView(handshake, match);
}
