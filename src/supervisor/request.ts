import type { HandshakeRequest } from '../transport/transport.js';
import type { ConnectionRequest } from './connection.js';

/** Makes what a handler sees of an opening handshake: what is derived from it is worked out when asked for. */
export function createConnectionRequest(handshake: HandshakeRequest, params: readonly string[]): ConnectionRequest {
  return new Request(handshake, params);
}

class Request implements ConnectionRequest {
  readonly #handshake: HandshakeRequest;
  readonly params: readonly string[];

  constructor(handshake: HandshakeRequest, params: readonly string[]) {
    this.#handshake = handshake;
    this.params = params;
  }

  get method(): string {
    return this.#handshake.method;
  }

  get url(): string {
    return this.#handshake.url;
  }

  get headers(): HandshakeRequest['headers'] {
    return this.#handshake.headers;
  }

  get remoteAddress(): string | undefined {
    return this.#handshake.remoteAddress;
  }

  get isSecure(): boolean {
    return this.#handshake.isSecure;
  }

  get path(): string {
    const query = this.url.indexOf('?');
    return query < 0 ? this.url : this.url.slice(0, query);
  }

  get query(): URLSearchParams {
    const query = this.url.indexOf('?');
    return new URLSearchParams(query < 0 ? '' : this.url.slice(query + 1));
  }

  header(name: string): string | undefined {
    const value = this.headers[name.toLowerCase()];
    return typeof value === 'object' ? value.join(', ') : value;
  }

  bearerToken(): string | undefined {
    // RFC 6750 section 2.1: the token is a token68.
    return /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(this.header('authorization') ?? '')?.[1];
  }

  cookie(name: string): string | undefined {
    for (const pair of (this.header('cookie') ?? '').split(';')) {
      const equals = pair.indexOf('=');
      if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
      const value = pair.slice(equals + 1).trim();
      return decoded(value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
    }
    return undefined;
  }
}

/** A value that is no percent-encoding is meant as it stands. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
