import { once } from 'node:events';

const KEY = [0x37, 0xfa, 0x21, 0x3d];

export const HOST = '127.0.0.1';

/** An opening handshake (RFC 6455 section 4.1). */
export const REQUEST = Buffer.from(
  [
    'GET / HTTP/1.1',
    `Host: ${HOST}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n'),
);

/** A masked frame of up to 64 KiB, by its first byte. */
export function frameBytes(first, payload) {
  const { length } = payload;
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...head, ...KEY]), payload.map((byte, i) => byte ^ KEY[i & 3])]);
}

/** Opens a WebSocket on a socket. @returns whether it was let in. */
export async function upgrade(socket) {
  socket.write(REQUEST);
  const [answer] = await once(socket, 'data');
  return answer.toString('latin1').startsWith('HTTP/1.1 101 ');
}
