import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { eventually } from './eventually.js';
import { type FrameParts, frameBytes, KEY, type Parsed, parseFrames } from './frame-bytes.js';

const HOST = '127.0.0.1';
const CLIENT_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Parts of a handshake that a test adds. */
export interface HandshakeParts {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes right behind the handshake, in the same segment. */
  readonly behind?: Buffer;
}

const lines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

/** A client's opening handshake (RFC 6455 section 4.1). */
export function requestBytes({ path = '/', headers = {}, behind = Buffer.alloc(0) }: HandshakeParts = {}): Buffer {
  const fields = {
    Host: HOST,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': CLIENT_KEY,
    ...headers,
  };
  return Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\n${lines(fields)}\r\n`), behind]);
}

/** A server's answer to a request that has come (section 4.2.2). */
export function answerBytes(request: string, { headers = {}, behind = Buffer.alloc(0) }: HandshakeParts = {}): Buffer {
  const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
  const fields = { Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Accept': accept, ...headers };
  return Buffer.concat([Buffer.from(`HTTP/1.1 101 Switching Protocols\r\n${lines(fields)}\r\n`), behind]);
}

/**
 * One end of TCP on loopback that writes the bytes it is given and keeps those it reads: no Pong, no Close, no FIN of
 * its own accord. It does not read while `socket` is paused.
 */
export class BytePeer implements AsyncDisposable {
  readonly socket: Socket;
  readonly #isClient: boolean;
  #chunks: Buffer[] = [];
  /** Up to the empty line that ends an HTTP head. */
  head = '';
  /** The other side has ended TCP, in any way. */
  hasEnded = false;
  /** What went wrong with TCP: a reset, say. */
  error: NodeJS.ErrnoException | undefined;

  constructor(socket: Socket, isClient: boolean) {
    this.socket = socket;
    this.#isClient = isClient;
    socket.on('data', (chunk) => this.#chunks.push(chunk));
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('close', () => {
      this.hasEnded = true;
    });
    socket.on('error', (error) => {
      this.error = error;
    });
  }

  /** Connects to a port and writes bytes. */
  static connect(port: number, bytes: Buffer | string = ''): BytePeer {
    const peer = new BytePeer(connect({ port, host: HOST, allowHalfOpen: true }), true);
    peer.socket.write(bytes);
    return peer;
  }

  /** Connects to a port and makes the opening handshake. */
  static async open(port: number, parts?: HandshakeParts): Promise<BytePeer> {
    const peer = BytePeer.connect(port, requestBytes(parts));
    await peer.readHead();
    if (!peer.head.startsWith('HTTP/1.1 101 ')) throw new Error(`the server answered ${peer.head}`);
    return peer;
  }

  /** Everything read behind the head. */
  get bytes(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  get frames(): Parsed['frames'] {
    return parseFrames(this.bytes).frames;
  }

  /** The payloads of the frames with an opcode, as text. */
  texts(opcode = 1): string[] {
    return this.frames.filter((frame) => frame.opcode === opcode).map(({ payload }) => payload.toString());
  }

  /** The code of the Close that has come, 1005 for an empty one. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === 8);
    return close === undefined ? undefined : close.payload.length === 0 ? 1005 : close.payload.readUInt16BE(0);
  }

  async readHead(): Promise<string> {
    await eventually(() => this.hasEnded || this.bytes.includes('\r\n\r\n'), 'an HTTP head');
    const all = this.bytes;
    const end = all.indexOf('\r\n\r\n');
    this.head = all.toString('latin1', 0, end < 0 ? all.length : end);
    this.#chunks = end < 0 ? [] : [all.subarray(end + 4)];
    return this.head;
  }

  /** Waits for `count` frames, and returns all that have come. */
  async received(count: number): Promise<Parsed['frames']> {
    await eventually(() => this.frames.length >= count || this.hasEnded, `${count} frames`);
    return this.frames;
  }

  /** Waits for the other side's Close. */
  async closed(): Promise<number | undefined> {
    await eventually(() => this.closeCode !== undefined || this.hasEnded, 'a Close frame');
    return this.closeCode;
  }

  /** Waits until the other side has ended TCP. */
  async ended(withinMs?: number): Promise<void> {
    await eventually(() => this.hasEnded, 'the end of TCP', withinMs);
  }

  /** Bytes of frames as this end sends them, in one piece. */
  framed(...frames: readonly FrameParts[]): Buffer {
    return Buffer.concat(frames.map((parts) => frameBytes(this.#isClient ? { mask: KEY, ...parts } : parts)));
  }

  /** Sends frames in one write. */
  send(...frames: readonly FrameParts[]): void {
    this.socket.write(this.framed(...frames));
  }

  /** Ends TCP with RST. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return;
    this.socket.destroy();
    await once(this.socket, 'close');
  }
}

/** A TCP server whose clients' handshakes the test answers. */
export class ByteServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #waiting: BytePeer[] = [];
  readonly #all: BytePeer[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      const peer = new BytePeer(socket, false);
      this.#waiting.push(peer);
      this.#all.push(peer);
    });
  }

  static async listen(): Promise<ByteServer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, HOST);
    await once(server, 'listening');
    return new ByteServer(server);
  }

  get url(): string {
    return `ws://${HOST}:${this.port}/`;
  }

  /** The next client, its request read and not answered. */
  async nextClient(): Promise<BytePeer> {
    await eventually(() => this.#waiting.length > 0, 'a client');
    const peer = this.#waiting.shift() as BytePeer;
    await peer.readHead();
    return peer;
  }

  /** The next client, answered with 101. */
  async nextPeer(parts?: HandshakeParts): Promise<BytePeer> {
    const peer = await this.nextClient();
    peer.socket.write(answerBytes(peer.head, parts));
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const peer of this.#all) await peer[Symbol.asyncDispose]();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
