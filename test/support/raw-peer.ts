import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { CERTIFICATE_PEM, KEY_PEM } from './certificate.js';

/** What a server appends to the client's key (RFC 6455 section 4.2.2). */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What a client needs to speak TLS with a server of the tests. */
const TRUSTING = { ca: CERTIFICATE_PEM, servername: 'localhost' };

const protocolOf = (url: string) => new URL(url).protocol;

/** One frame as it came off the socket; never fragmented here. */
export interface RawFrame {
  readonly opcode: number;
  readonly payload: Buffer;
  /** The code of a Close frame; `undefined` for other frames and for an empty Close. */
  readonly code: number | undefined;
}

/** What a raw client sends in its opening handshake beside what it must. */
export interface RawOptions {
  readonly path?: string;
  readonly protocol?: string;
}

/**
 * One end of a WebSocket that sends exact bytes and does nothing by itself: no Pong, no Close, no end of TCP. What a
 * peer with a vice does is for the test to write.
 */
export class RawPeer implements AsyncDisposable {
  readonly socket: Socket;
  /** The TCP socket, below TLS if there is TLS. */
  readonly #tcp: Socket;
  readonly #isClient: boolean;
  #unread: Buffer;
  /** What came since, joined only when a frame may be whole. */
  #chunks: Buffer[] = [];
  #unreadBytes: number;
  #frameBytes = 2;
  #wake: (() => void) | undefined;
  #hasEnded = false;

  constructor(socket: Socket, isClient: boolean, head: Buffer, tcp = socket) {
    this.socket = socket;
    this.#tcp = tcp;
    this.#isClient = isClient;
    this.#unread = head;
    this.#unreadBytes = head.length;
    socket.on('data', (chunk) => {
      this.#chunks.push(chunk);
      this.#unreadBytes += chunk.length;
      this.#wake?.();
    });
    for (const ending of ['end', 'close']) {
      socket.on(ending, () => {
        this.#hasEnded = true;
        this.#wake?.();
      });
    }
    // A reset is what some tests are about; the 'close' event follows it.
    socket.on('error', () => {});
  }

  /** Connects to a server and makes the opening handshake. `path` is sent as it is, in place of the URL's. */
  static async connect(url: string, { path, protocol }: RawOptions = {}): Promise<RawPeer> {
    const { hostname, port, host, pathname, search } = new URL(url);
    const tcp = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const socket = protocolOf(url) === 'wss:' ? connectSecurely({ socket: tcp, ...TRUSTING }) : tcp;
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path ?? `${pathname}${search}`} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`}\r\n`,
    );
    const { head, rest } = await readHead(socket);
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`the server answered ${head.split('\r\n', 1)[0]}`);
    return new RawPeer(socket, true, rest, tcp);
  }

  /** Resets TCP. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  /** The next frame; `undefined` once the other side has ended TCP. */
  async nextFrame(): Promise<RawFrame | undefined> {
    for (;;) {
      const frame = this.#parse();
      if (frame !== undefined || this.#hasEnded) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(opcode: number, payload: Buffer | string = ''): void {
    this.socket.write(this.#framed(opcode, Buffer.from(payload)));
  }

  /** Sends a Close frame, empty without a code, and nothing else happens. */
  sendClose(code?: number, reason = ''): void {
    const head = Buffer.alloc(code === undefined ? 0 : 2);
    if (code !== undefined) head.writeUInt16BE(code);
    this.send(OPCODE.close, Buffer.concat([head, Buffer.from(reason)]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    this.socket.destroy();
    await once(this.socket, 'close');
  }

  #framed(opcode: number, payload: Buffer): Buffer {
    if (payload.length > 0xffff) throw new RangeError('a raw peer sends at most 65,535 bytes at once');
    const isLong = payload.length > 125;
    const head = Buffer.from([
      0x80 | opcode,
      isLong ? 126 : payload.length,
      ...(isLong ? [payload.length >> 8, payload.length & 0xff] : []),
    ]);
    if (!this.#isClient) return Buffer.concat([head, payload]);
    head[1] = (head[1] ?? 0) | 0x80;
    const mask = randomBytes(4);
    return Buffer.concat([head, mask, masked(payload, mask)]);
  }

  /** Whether that many bytes have come; if not, nothing is parsed until they have. */
  #has(bytes: number): boolean {
    this.#frameBytes = bytes;
    return this.#unreadBytes >= bytes;
  }

  #parse(): RawFrame | undefined {
    if (!this.#has(this.#frameBytes)) return undefined;
    const bytes = Buffer.concat([this.#unread, ...this.#chunks]);
    this.#unread = bytes;
    this.#chunks = [];
    const short = bytes.readUInt8(1) & 0x7f;
    const lengthEnd = short === 127 ? 10 : short === 126 ? 4 : 2;
    const start = lengthEnd + (this.#isClient ? 0 : 4);
    if (!this.#has(start)) return undefined;
    const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (!this.#has(start + length)) return undefined;
    const body = bytes.subarray(start, start + length);
    const payload = this.#isClient ? Buffer.from(body) : masked(body, bytes.subarray(lengthEnd, start));
    this.#unread = bytes.subarray(start + length);
    this.#unreadBytes = this.#unread.length;
    this.#frameBytes = 2;
    const opcode = bytes.readUInt8(0) & 0x0f;
    return { opcode, payload, code: opcode === OPCODE.close && length >= 2 ? payload.readUInt16BE(0) : undefined };
  }
}

/** A server of raw peers on a port of its own; ordinary requests may be answered as well. */
export class RawServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  /** The TCP sockets below TLS, by the port of the client. */
  readonly #tcp = new Map<number | undefined, Socket>();
  readonly #peers: RawPeer[] = [];
  #waiting: ((peer: RawPeer) => void) | undefined;

  private constructor(server: Server, scheme: 'ws' | 'wss') {
    this.#server = server;
    if (scheme === 'wss') server.on('connection', (socket) => this.#tcp.set(socket.remotePort, socket));
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.on('upgrade', (request, socket, head) =>
      this.#accept(request.headers['sec-websocket-key'] ?? '', socket as Socket, head),
    );
  }

  static async listen(onRequest?: RequestListener): Promise<RawServer> {
    const server = createServer(onRequest).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawServer(server, 'ws');
  }

  /** One that speaks TLS. */
  static async listenSecurely(): Promise<RawServer> {
    const server = createSecureServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new RawServer(server, 'wss');
  }

  /** The next client that has connected. */
  async nextPeer(): Promise<RawPeer> {
    return (
      this.#peers.shift() ??
      new Promise((resolve) => {
        this.#waiting = resolve;
      })
    );
  }

  #accept(key: string, socket: Socket, head: Buffer): void {
    const accept = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
    const peer = new RawPeer(socket, false, head, this.#tcp.get(socket.remotePort));
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#peers.push(peer);
    else waiting(peer);
  }

  /** Ends the server and the peers that no test took. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#peers) await peer[Symbol.asyncDispose]();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function masked(bytes: Buffer, mask: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < copy.length; i += 1) copy[i] = (copy[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return copy;
}

/** Reads up to the empty line that ends an HTTP head. */
async function readHead(socket: Socket): Promise<{ head: string; rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\r\n\r\n');
    if (end >= 0) return { head: read.toString('latin1', 0, end), rest: read.subarray(end + 4) };
  }
}
