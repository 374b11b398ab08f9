import type { SentFields } from '../transport/http-response.js';
import type { DialRequest, HandshakeRequest } from '../transport/transport.js';
import { ADDRESS } from './memory-network.js';

/**
 * Makes the request of a client's opening handshake (RFC 6455 section 4.1). Any host is this one.
 *
 * @param order numbers the dials of a transport; each has a key of its own.
 * @throws {SyntaxError} for a URL or a subprotocol that no handshake can be made from.
 */
export function handshakeOf({ url, headers, protocols }: DialRequest, order: number): Handshake {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  const defaultPort = DEFAULT_PORTS[target?.protocol ?? ''];
  if (target === undefined || defaultPort === undefined) throw new SyntaxError(`Invalid URL: ${url}`);
  if (target.hash !== '') throw new SyntaxError(`The URL contains a fragment identifier: ${url}`);
  if (new Set(protocols).size !== protocols.length || !protocols.every((protocol) => TOKEN.test(protocol))) {
    throw new SyntaxError(`Invalid or repeated subprotocol: ${protocols.join(', ')}`);
  }
  const key = Buffer.alloc(KEY_BYTES);
  key.writeUInt32BE(order, KEY_BYTES - 4);
  return {
    port: target.port === '' ? defaultPort : Number(target.port),
    request: {
      method: 'GET',
      url: `${target.pathname}${target.search}`,
      headers: {
        host: target.host,
        ...lowerCased(headers),
        upgrade: 'websocket',
        connection: 'Upgrade',
        'sec-websocket-version': '13',
        'sec-websocket-key': key.toString('base64'),
        ...(protocols.length === 0 ? {} : { 'sec-websocket-protocol': protocols.join(',') }),
      },
      remoteAddress: ADDRESS,
      isSecure: target.protocol === 'wss:',
    },
  };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'ws:': 80, 'wss:': 443 };

/** A token (RFC 9110 section 5.6.2), which a subprotocol has to be. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

const KEY_BYTES = 16;

/** An opening handshake on its way: where it goes, and what the server will see of it. */
export interface Handshake {
  readonly port: number;
  readonly request: HandshakeRequest;
}

/** Header fields by lower-case name. */
export function lowerCased(headers: SentFields): SentFields {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
