import { once } from 'node:events';
import { type AddressInfo, createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { answerBytes, requestBytes } from '../../support/byte-peer.js';
import { type FrameParts, frameBytes, KEY, OP, parseFrames } from '../../support/frame-bytes.js';
import { TLS_IDENTITY } from '../../support/tls-identity.js';
import { LOOPBACK, type Protocol } from './cell.js';
import type { Peer } from './scene.js';

/**
 * A WebSocket peer that does everything right (RFC 6455): it answers Pings, echoes the Close, and ends TCP when it is
 * its turn. Its opening handshake, and its answer to a Close, can be held back.
 */
export class PolitePeer implements Peer {
  readonly socket: Socket;
  readonly texts: string[] = [];
  /** Up to the empty line that ends an HTTP head; `undefined` until that has come. */
  head: string | undefined;
  hasEnded = false;
  /** Called when something has come: the request or the 101, a text, a Close, the end of TCP. */
  onChange: () => void = () => {};
  readonly #isClient: boolean;
  #holdsClose = false;
  #bytes = Buffer.alloc(0);
  /** The payload of the Close that has come. */
  #closeReceived: Buffer | undefined;
  #hasClosed = false;

  constructor(socket: Socket, isClient: boolean) {
    this.socket = socket;
    this.#isClient = isClient;
    socket.on('data', (chunk) => this.#read(chunk));
    // What goes wrong here is what the other side reports.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.hasEnded = true;
      this.onChange();
    });
  }

  /** Connects, up to the end of the TLS handshake; the request is not sent yet. */
  static async connect(port: number, protocol: Protocol, host = LOOPBACK): Promise<PolitePeer> {
    const socket =
      protocol === 'TLS'
        ? tlsConnect({ port, host, ca: TLS_IDENTITY.cert })
        : netConnect({ port, host, noDelay: true });
    await once(socket, protocol === 'TLS' ? 'secureConnect' : 'connect');
    socket.setNoDelay(true);
    return new PolitePeer(socket, true);
  }

  /** Sends a client's opening handshake. */
  request(): void {
    this.socket.write(requestBytes());
  }

  /** Sends a server's answer to the request that has come. */
  answer(): void {
    if (this.head === undefined) throw new Error('there is no request to answer');
    this.socket.write(answerBytes(this.head));
  }

  send(text: string): void {
    this.#send({ opcode: OP.text, payload: text });
  }

  get hasClose(): boolean {
    return this.#closeReceived !== undefined;
  }

  /** Leaves a Close without an answer, until `answerClose`. */
  holdClose(): void {
    this.#holdsClose = true;
  }

  /** Answers the Close that was held back. */
  answerClose(): void {
    this.#holdsClose = false;
    if (this.#closeReceived === undefined || this.#hasClosed) return;
    this.#hasClosed = true;
    this.#send({ opcode: OP.close, payload: this.#closeReceived });
    // The server ends TCP, the client waits for that (section 7.1.1).
    if (!this.#isClient) this.socket.end();
  }

  #send(frame: FrameParts): void {
    if (this.socket.writable) this.socket.write(frameBytes(this.#isClient ? { mask: KEY, ...frame } : frame));
  }

  #read(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (this.head === undefined) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#bytes.toString('latin1', 0, end);
      this.#bytes = this.#bytes.subarray(end + 4);
      this.onChange();
    }
    const { frames, rest } = parseFrames(this.#bytes);
    this.#bytes = Buffer.from(rest);
    for (const { opcode, payload } of frames) this.#take(opcode, payload);
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OP.ping) {
      if (!this.#hasClosed) this.#send({ opcode: OP.pong, payload });
      return;
    }
    if (opcode === OP.text) this.texts.push(payload.toString());
    if (opcode === OP.close) this.#closeReceived = payload;
    if (opcode === OP.close && !this.#holdsClose) this.answerClose();
    this.onChange();
  }
}

/** A port on which polite servers wait for their clients. */
export class PoliteServer implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What is done with a client whose request has come. */
  onRequest: (peer: PolitePeer) => void = (peer) => peer.answer();

  private constructor(server: Server, protocol: Protocol) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket: Socket) => this.#keep(socket));
    server.on(protocol === 'TLS' ? 'secureConnection' : 'connection', (socket: Socket) => {
      socket.setNoDelay(true);
      const peer = new PolitePeer(socket, false);
      peer.onChange = () => {
        if (peer.head === undefined) return;
        peer.onChange = () => {};
        this.onRequest(peer);
      };
      this.#keep(socket);
    });
  }

  static async listen(protocol: Protocol, host = LOOPBACK): Promise<PoliteServer> {
    const server = (protocol === 'TLS' ? createTlsServer(TLS_IDENTITY) : createServer()).listen(0, host);
    await once(server, 'listening');
    return new PoliteServer(server, protocol);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
