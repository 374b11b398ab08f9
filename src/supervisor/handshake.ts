import type { HandshakeRequest, HttpAnswer } from '../transport/transport.js';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

function field(request: HandshakeRequest, name: string): string {
  const value = request.headers[name];
  return (typeof value === 'object' ? value.join(',') : value) ?? '';
}

function tokensOf(value: string): readonly string[] {
  return value.split(',').map((token) => token.trim());
}

/** The subprotocols a client offers, by its preference (RFC 6455 section 4.1). */
export function offeredProtocols(request: HandshakeRequest): readonly string[] {
  const value = field(request, 'sec-websocket-protocol');
  return value === '' ? [] : tokensOf(value);
}

/** What is wrong with an opening handshake (RFC 6455 section 4.2.1), as the answer to it; `undefined` if nothing is. */
export function handshakeFault(request: HandshakeRequest): HttpAnswer | undefined {
  if (request.method !== 'GET') return { status: 405, headers: { allow: 'GET' }, body: `An opening handshake is a GET, not a ${request.method}.\n` };
  const isUpgrade = field(request, 'upgrade').toLowerCase() === 'websocket' && tokensOf(field(request, 'connection').toLowerCase()).includes('upgrade');
  if (!isUpgrade) return { status: 426, headers: { upgrade: 'websocket' }, body: 'This resource speaks WebSocket only.\n' };
  if (field(request, 'sec-websocket-version') !== '13') {
    return { status: 426, headers: { 'upgrade': 'websocket', 'sec-websocket-version': '13' }, body: 'Only version 13 of the WebSocket protocol is spoken here.\n' };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(field(request, 'sec-websocket-key'))) {
    return { status: 400, body: 'Sec-WebSocket-Key is missing or is not 16 bytes in base64.\n' };
  }
  const offered = offeredProtocols(request);
  if (!offered.every((protocol) => TOKEN.test(protocol)) || new Set(offered).size < offered.length) {
    return { status: 400, body: 'Sec-WebSocket-Protocol is not a list of distinct tokens.\n' };
  }
  return undefined;
}
