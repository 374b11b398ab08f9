import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { opcodes, serverFrame } from './frames.mjs';
import { payloadOf } from './message.mjs';

/** RFC 6455 section 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const END_OF_HEAD = '\r\n\r\n';
/** About what is written at once: of 200 KB several, since after each block the load waits until the kernel has it. */
const BLOCK_BYTES = 1024 * 1024;

/** A raw server that sends messages as fast as its clients take them. What clients send is not looked at. */
export class Feed {
  #server;
  #sockets = [];
  #block;
  #messagesPerBlock;

  /** @param {{ cert: string, key: string } | undefined} tls */
  static async listen(tls) {
    const feed = new Feed(tls);
    feed.#server.listen(0, '127.0.0.1');
    await once(feed.#server, 'listening');
    return feed;
  }

  constructor(tls) {
    const accept = (socket) => this.#accept(socket);
    this.#server =
      tls === undefined
        ? createServer({ noDelay: true }, accept)
        : createSecureServer({ noDelay: true, cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, accept);
  }

  get port() {
    return this.#server.address().port;
  }

  /** Prepares the message that is sent from now on. */
  prepare({ payloadBytes, isBinary }) {
    const frame = serverFrame(isBinary ? opcodes.binary : opcodes.text, payloadOf(payloadBytes));
    this.#messagesPerBlock = Math.max(1, Math.round(BLOCK_BYTES / frame.length));
    this.#block = Buffer.concat(Array.from({ length: this.#messagesPerBlock }, () => frame));
  }

  /**
   * Sends whole blocks for this long to one client.
   *
   * @param {{ client: number, ms: number }} options `client`: in the order in which they came
   * @returns {Promise<{ messages: number }>}
   */
  async send({ client, ms }) {
    const socket = this.#sockets[client];
    const end = performance.now() + ms;
    let messages = 0;
    do {
      messages += this.#messagesPerBlock;
      await new Promise((resolve, reject) => {
        socket.write(this.#block, (error) => (error ? reject(error) : resolve()));
      });
    } while (performance.now() < end);
    return { messages };
  }

  #accept(socket) {
    let head = '';
    // A client that goes away shows in what it has not counted.
    socket.on('error', () => {});
    const onData = (bytes) => {
      head += bytes.toString('latin1');
      if (!head.includes(END_OF_HEAD)) return;
      socket.off('data', onData).resume();
      socket.write(answerTo(head));
      this.#sockets.push(socket);
    };
    socket.on('data', onData);
  }
}

/** The server's side of the opening handshake (RFC 6455 section 4.2.2). */
function answerTo(head) {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}${END_OF_HEAD}`,
  ].join('\r\n');
}
