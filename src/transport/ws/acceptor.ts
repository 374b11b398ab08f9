import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Acceptor, HandshakeRequest, ListenTarget, Upgrade } from '../transport.js';
import { answer } from './http-answer.js';
import { requestOf, WsUpgrade } from './upgrade.js';

/** How long a client of a port of our own may take to send its request's header. Node's own default is a minute. */
const HEADERS_WITHIN_MS = 10_000;

/** How often Node looks for clients beyond that. Its own default is half a minute. */
const CHECK_EVERY_MS = 1000;

/** Upgrade listeners of ours on a shared server know each other by this. */
const kAcceptor = Symbol('acceptor');

type UpgradeListener = ((message: IncomingMessage, socket: Duplex, head: Buffer) => void) & { readonly [kAcceptor]?: WsAcceptor };

type Wants = (request: HandshakeRequest) => boolean;
type OnUpgrade = (upgrade: Upgrade) => void;

/** A server of our own speaks nothing but WebSocket (RFC 9110 section 15.5.22). */
function ownServer(): Server {
  const server = createServer({ headersTimeout: HEADERS_WITHIN_MS, connectionsCheckingInterval: CHECK_EVERY_MS }, (_request, response) => {
    response.writeHead(426, { connection: 'Upgrade, close', upgrade: 'websocket', 'content-type': 'text/plain; charset=utf-8' });
    response.end('This port speaks WebSocket only.\n');
  });
  return server;
}

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Takes upgrades from a port of its own, from an existing server beside its other upgrade listeners, or by hand. */
export class WsAcceptor implements Acceptor {
  readonly closed: Promise<void>;
  readonly #wants: Wants;
  readonly #onUpgrade: OnUpgrade;
  readonly #now: () => number;
  #server: Server | HttpsServer | undefined;
  #isOwn = false;
  #isClosed = false;
  #tellClosed = (): void => {};

  private constructor(wants: Wants, onUpgrade: OnUpgrade, now: () => number) {
    this.#wants = wants;
    this.#onUpgrade = onUpgrade;
    this.#now = now;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  static async open(target: ListenTarget, wants: Wants, onUpgrade: OnUpgrade, onError: (error: Error) => void, now: () => number): Promise<WsAcceptor> {
    const acceptor = new WsAcceptor(wants, onUpgrade, now);
    if (target.kind === 'by-hand') return acceptor;
    acceptor.#isOwn = target.kind === 'port';
    const server = target.kind === 'port' ? ownServer() : target.server;
    server.on('upgrade', acceptor.#takeUpgrade);
    if (target.kind === 'port') {
      await listening(server, target.port, target.host);
      // Accepting may fail later on, for want of file descriptors say; without a listener that would end the process.
      server.on('error', onError);
      server.on('close', acceptor.#tellClosed);
    }
    acceptor.#server = server;
    return acceptor;
  }

  get address(): AddressInfo | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  handleUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = requestOf(message, socket);
    if (this.#isClosed) answer(socket, { status: 503 });
    else this.#take(request, message, socket, head);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tellClosed();
    const server = this.#server;
    if (server === undefined) return;
    server.off('upgrade', this.#takeUpgrade);
    if (!this.#isOwn) return;
    // Its callback would wait for every wire; the port itself is free in the next turn of the loop.
    server.close();
    // Half handshakes and idle HTTP connections; upgraded sockets are no longer the HTTP server's.
    server.closeAllConnections();
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take(request: HandshakeRequest, message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const upgrade = new WsUpgrade(request, message, socket, head, this.#now);
    this.#onUpgrade(upgrade);
    // Whatever happens to the socket while it waits for its answer must find a listener.
    upgrade.watch();
  }

  readonly #takeUpgrade: UpgradeListener = Object.assign(
    (message: IncomingMessage, socket: Duplex, head: Buffer): void => {
      const request = requestOf(message, socket);
      // Nobody else listens on a port of our own: there is nothing to look up.
      if (this.#isOwn) {
        if (this.#wants(request)) this.#take(request, message, socket, head);
        else answer(socket, { status: 404 });
        return;
      }
      const listeners = (this.#server?.listeners('upgrade') ?? []) as UpgradeListener[];
      const ours = listeners.flatMap((listener) => listener[kAcceptor] ?? []);
      const taker = ours.find((acceptor) => acceptor.#wants(request));
      if (taker === this) {
        this.#take(request, message, socket, head);
      } else if (taker === undefined && ours.length === listeners.length && ours[0] === this) {
        // Nobody else will answer, and Node leaves the socket to its upgrade listeners.
        answer(socket, { status: 404 });
      }
    },
    { [kAcceptor]: this },
  );
}
