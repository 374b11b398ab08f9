import { createHash } from 'node:crypto';

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Sixteen bytes, the same for every connection: the load checks the answer without hashing in the hot path. */
const KEY = Buffer.from('wirekeeper bench').toString('base64');
const ACCEPT = createHash('sha1')
  .update(KEY + GUID)
  .digest('base64');

/** The bytes of the opening handshake's request (RFC 6455 section 4.1). */
export function handshakeRequest({ port, path, offersDeflate }) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(offersDeflate
      ? ['Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover; server_no_context_takeover']
      : []),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * Checks the head of the server's answer (RFC 6455 section 4.1).
 *
 * @returns {{ isDeflated: boolean }}
 * @throws {Error} when it is not a 101 for our key.
 */
export function checkHandshakeAnswer(head) {
  const [statusLine = '', ...fields] = head.split('\r\n');
  if (!statusLine.startsWith('HTTP/1.1 101')) throw new Error(`the server answered the handshake with "${statusLine}"`);
  const headers = new Map(fields.map(splitField));
  if (headers.get('sec-websocket-accept') !== ACCEPT)
    throw new Error('the server answered the handshake with a wrong Sec-WebSocket-Accept');
  return { isDeflated: (headers.get('sec-websocket-extensions') ?? '').includes('permessage-deflate') };
}

function splitField(field) {
  const colon = field.indexOf(':');
  return [field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim()];
}
