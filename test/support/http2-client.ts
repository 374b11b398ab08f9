import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureServerOptions,
  type ServerOptions,
  type Settings,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE_PEM, KEY_PEM } from './certificate.js';
import { eventually } from './eventually.js';
import { type FrameParts, masked, type Parsed, parseFrames } from './frame-bytes.js';

/** A server of HTTP/2 while it listens on loopback. */
export interface Sharing<Server> extends AsyncDisposable {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
}

/** Has a server listen until it is disposed of; then its sessions are dropped. */
async function sharing<Server extends Http2Server | Http2SecureServer>(server: Server, scheme: string) {
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sharedServer: Sharing<Server> = {
    server,
    port,
    url: `${scheme}://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return sharedServer;
}

/** A server of HTTP/2 without TLS. */
export function plainHttp2(options: ServerOptions = {}): Promise<Sharing<Http2Server>> {
  return sharing(createServer(options), 'http');
}

/** One over TLS, with HTTP/1.1 unless said otherwise. */
export function secureHttp2(options: SecureServerOptions = {}): Promise<Sharing<Http2SecureServer>> {
  const server = createSecureServer({ cert: CERTIFICATE_PEM, key: KEY_PEM, allowHTTP1: true, ...options });
  return sharing(server, 'https');
}

/** A client of HTTP/2, which may open many streams on one connection. */
export class Http2Client implements AsyncDisposable {
  readonly session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.session = session;
    // A session that is lost is what some tests are about.
    session.on('error', () => {});
  }

  /** Connects, and waits for the settings of the server. */
  static async connect(url: string, settings: Settings = {}): Promise<Http2Client> {
    const client = new Http2Client(connect(url, { rejectUnauthorized: false, settings }));
    await once(client.session, 'remoteSettings');
    return client;
  }

  /** Asks for a WebSocket (RFC 8441 section 5). `undefined` leaves a field out. */
  ask(path = '/', fields: OutgoingHttpHeaders = {}): StreamPeer {
    const headers = {
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':scheme': 'https',
      ':path': path,
      'sec-websocket-version': '13',
      ...fields,
    };
    return new StreamPeer(this.session.request(headers, { endStream: false }));
  }

  /** Asks for a WebSocket, and waits until it is open. */
  async open(path?: string, fields?: OutgoingHttpHeaders): Promise<StreamPeer> {
    const peer = this.ask(path, fields);
    const status = await peer.status();
    if (status !== 200) throw new Error(`the server answered ${status}`);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.session.closed && this.session.destroyed) return;
    this.session.destroy();
    await eventually(() => this.session.destroyed, 'the end of the session');
  }
}

/** One stream of a client, which sends frames of WebSocket as it is told, and nothing by itself. */
export class StreamPeer {
  readonly stream: ClientHttp2Stream;
  headers: IncomingHttpHeaders | undefined;
  #chunks: Buffer[] = [];
  /** The server has ended its side, or the stream is gone. */
  hasEnded = false;
  isGone = false;

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream;
    stream.on('response', (headers) => {
      this.headers = headers;
    });
    stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    stream.on('end', () => {
      this.hasEnded = true;
    });
    stream.on('close', () => {
      this.isGone = true;
    });
    // The reset of a stream is what some tests are about.
    stream.on('error', () => {});
  }

  /** The status of the answer; `undefined` if there was none. */
  async status(): Promise<number | undefined> {
    await eventually(() => this.headers !== undefined || this.isGone, 'an answer');
    return this.headers && Number(this.headers[':status']);
  }

  get bytes(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  get frames(): Parsed['frames'] {
    return parseFrames(this.bytes).frames;
  }

  /** The code of the Close that has come, 1005 for an empty one. */
  get closeCode(): number | undefined {
    const close = this.frames.find(({ opcode }) => opcode === 8);
    return close === undefined ? undefined : close.payload.length === 0 ? 1005 : close.payload.readUInt16BE(0);
  }

  /** Waits for texts, and returns all that have come. */
  async texts(count: number): Promise<string[]> {
    const texts = () => this.frames.filter(({ opcode }) => opcode === 1).map(({ payload }) => payload.toString());
    await eventually(() => texts().length >= count || this.isGone, `${count} texts`);
    return texts();
  }

  /** Waits for the server's Close. */
  async closed(): Promise<number | undefined> {
    await eventually(() => this.closeCode !== undefined || this.isGone, 'a Close frame');
    return this.closeCode;
  }

  /** Waits until the stream is gone, and returns the code with which it was reset; 0 if it has ended. */
  async gone(): Promise<number | undefined> {
    await eventually(() => this.isGone, 'the end of the stream');
    return this.stream.rstCode;
  }

  send(...frames: readonly FrameParts[]): void {
    this.stream.write(Buffer.concat(frames.map(masked)));
  }
}
