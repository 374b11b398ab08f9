import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { CloseFrame } from '../../src/transport/close-report.js';
import type { WireEndKind, WireFault } from '../../src/transport/wire-fact.js';
import { LAST_WORD, PEER_LIMITS, type Peer, type Stage } from './peer.js';

const HOST = '127.0.0.1';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const CONTINUATION = 0x0;
const TEXT = 0x1;
const CLOSE = 0x8;
const FIN = 0x80;
const RSV3 = 0x10;

/** One frame; a client's is masked with a key of zeros, which leaves the payload as it is. */
function frame(first: number, payload: Uint8Array | string, isMasked: boolean): Buffer {
  const bytes = Buffer.from(payload);
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 0xff];
  const [short = 0, ...long] = length;
  return Buffer.concat([
    Buffer.from([first, short | (isMasked ? 0x80 : 0), ...long]),
    Buffer.alloc(isMasked ? 4 : 0),
    bytes,
  ]);
}

function closePayload({ code, reason }: CloseFrame): Buffer {
  return code === 1005 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}

function faultyBytes(fault: WireFault, isMasked: boolean): Buffer {
  switch (fault) {
    case 'protocol-error':
      return frame(FIN | RSV3 | TEXT, 'a reserved bit', isMasked);
    case 'too-big':
      return frame(FIN | TEXT, 'x'.repeat(PEER_LIMITS.maxPayloadBytes + 1), isMasked);
    case 'limit': {
      const more = Array.from({ length: PEER_LIMITS.maxFragments + 1 }, () => frame(CONTINUATION, '.', isMasked));
      return Buffer.concat([frame(TEXT, '.', isMasked), ...more]);
    }
    case 'socket-ended':
      return Buffer.alloc(0);
  }
}

/** Reads up to the end of an HTTP head, and leaves it at that. */
async function headOf(socket: Socket): Promise<string> {
  let head = '';
  while (!head.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    head += chunk.toString('latin1');
  }
  return head;
}

/** A peer on a bare TCP socket. */
abstract class RawPeer implements Peer {
  #socket: Socket | undefined;
  #endsToo = false;
  abstract readonly isMasked: boolean;

  abstract open(): Promise<void>;

  get socket(): Socket {
    if (this.#socket === undefined) throw new Error('this peer has no socket yet');
    return this.#socket;
  }

  hold(socket: Socket): Socket {
    this.#socket = socket;
    // That TCP fails is what many walks are about; the system says whether it should have.
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('end', () => {
      if (this.#endsToo) socket.end();
    });
    return socket;
  }

  close(close: CloseFrame): void {
    this.socket.write(
      Buffer.concat([
        frame(FIN | TEXT, LAST_WORD, this.isMasked),
        frame(FIN | CLOSE, closePayload(close), this.isMasked),
      ]),
    );
  }

  fail(fault: WireFault): void {
    this.#endsToo = true;
    if (fault === 'socket-ended') this.socket.end();
    else this.socket.write(faultyBytes(fault, this.isMasked));
  }

  end(kind: WireEndKind): void {
    switch (kind) {
      case 'refused':
        this.socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      case 'dial-failed':
        this.socket.destroy();
        return;
      case 'closed':
        this.socket.end();
        return;
      case 'socket-error':
        this.socket.resetAndDestroy();
        return;
      case 'terminated':
      case 'socket-ended':
      case 'proxy-refused':
        throw new Error(`no peer can make a wire end as ${kind}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || socket.closed) return;
    socket.destroy();
    await once(socket, 'close');
  }
}

/** A server that has accepted TCP and answers the opening handshake on request. */
class RawServer extends RawPeer {
  readonly isMasked = false;
  readonly #server: Server;
  #request = '';

  private constructor(server: Server) {
    super();
    this.#server = server;
  }

  static async listen(): Promise<RawServer> {
    const server = createServer({ allowHalfOpen: true }).listen(0, HOST);
    await once(server, 'listening');
    return new RawServer(server);
  }

  get url(): string {
    return `ws://${HOST}:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Waits for the client's request. */
  async met(): Promise<void> {
    const [socket] = (await once(this.#server, 'connection')) as [Socket];
    this.#request = await headOf(this.hold(socket));
  }

  async open(): Promise<void> {
    const key = /^sec-websocket-key: *(\S+)/im.exec(this.#request)?.[1] ?? '';
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64');
    this.socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A client that connects on request. */
class RawClient extends RawPeer {
  readonly isMasked = true;
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  async open(): Promise<void> {
    const socket = this.hold(connect({ port: this.#port, host: HOST, allowHalfOpen: true }));
    socket.write(
      `GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const head = await headOf(socket);
    if (!head.startsWith('HTTP/1.1 101')) throw new Error(`the system answered ${head}`);
  }
}

/** Real sockets on loopback, with a peer that speaks bytes. */
export const socketStage: Stage = () => ({
  async begin(supervisor, role, handler) {
    if (role === 'accepted') {
      const listener = await supervisor.listen({ port: 0, host: HOST, handler });
      return new RawClient(listener.address?.port ?? 0);
    }
    const server = await RawServer.listen();
    const met = server.met();
    supervisor.dial({ url: server.url, restart: 'temporary', retry: () => 'stop', handler });
    await met;
    return server;
  },
});
