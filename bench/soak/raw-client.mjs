import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/** Opcodes of RFC 6455 section 5.2; 3 is reserved. */
export const OP = { text: 1, binary: 2, reserved: 3, close: 8 };

const request = (path) =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n');

/** A masked frame; a `length` other than the payload's is a lie, or a promise. */
export function frame(opcode, payload = '', length = Buffer.byteLength(payload)) {
  const body = Buffer.from(payload);
  const mask = randomBytes(4);
  const size = length < 126 ? [length] : length < 65_536 ? [126, length >> 8, length & 0xff] : undefined;
  const head = Buffer.from([0x80 | opcode, ...(size ?? [127, 0, 0, 0, 0, 0, 0, 0, 0])]);
  if (size === undefined) head.writeBigUInt64BE(BigInt(length), 2);
  head[1] |= 0x80;
  return Buffer.concat([head, mask, body.map((byte, index) => byte ^ mask[index % 4])]);
}

/** A Close frame with a code. */
export function closeFrame(code) {
  return frame(OP.close, Buffer.from([code >> 8, code & 0xff]));
}

/**
 * A client that sends exact bytes, and answers nothing by itself. Whatever happens to its socket is no error.
 */
export class RawClient {
  socket;
  closed;

  constructor(port) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    // The server's FIN is answered once everything was read, as a kernel does for a program that is gone.
    this.socket.on('end', () => this.socket.end());
  }

  /** Makes the opening handshake; resolves with the status of the answer, or 0 if there was none. */
  async open(path) {
    this.socket.write(request(path));
    return new Promise((resolve) => {
      let head = '';
      const read = (chunk) => {
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        this.socket.off('data', read);
        this.socket.on('data', () => {});
        resolve(Number(head.slice(9, 12)));
      };
      this.socket.on('data', read);
      void this.closed.then(() => resolve(0));
    });
  }

  send(...bytes) {
    for (const one of bytes) this.socket.write(one);
  }
}
