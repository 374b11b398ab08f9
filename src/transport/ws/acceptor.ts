import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import { type AddressInfo, Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { isInstance, isList, show } from '../show.js';
import type {
  Acceptor,
  Diversion,
  Diverted,
  HandshakeRequest,
  ListenTarget,
  PortTarget,
  Upgrade,
  UpgradeServer,
} from '../transport.js';
import { wrongOption } from '../wrong-option.js';
import { watchDescriptors } from './descriptor-watch.js';
import { handshakeTurns } from './handshake-turns.js';
import { answer } from './http-answer.js';
import { WebSocketStreams } from './http2/websocket-streams.js';
import { ownServer } from './own-server.js';
import { loadWs } from './package/ws.js';
import { isUnderWay, type PendingUpgrade } from './pending-upgrade.js';
import { SharedServer } from './shared-server.js';
import { type SocketSnapshot, snapshotOf } from './socket-snapshot.js';
import { StreamUpgrade } from './stream-upgrade.js';
import { requestOf, WsUpgrade } from './upgrade.js';

/** Takes upgrades from a port of its own, from an existing server beside its other upgrade listeners, or by hand. */
export class WsAcceptor implements Acceptor {
  readonly closed: Promise<void>;
  readonly #owner: AcceptorOwner;
  #server: UpgradeServer | undefined;
  /** What undoes the listening, at once. */
  #leave = (): void => {};
  #isClosed = false;
  #tellClosed = (): void => {};

  private constructor(owner: AcceptorOwner) {
    this.#owner = owner;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  /** At once for upgrades by hand. */
  static open(target: ListenTarget, owner: AcceptorOwner): WsAcceptor | Promise<WsAcceptor> {
    // Now, not when the first client waits for its answer.
    loadWs();
    const acceptor = new WsAcceptor(owner);
    if (target.kind === 'port') return acceptor.#openPort(target);
    if (target.kind === 'server') return acceptor.#share(target.server);
    // Whose server it is nobody knows, but it is of this process.
    acceptor.#leave = watchDescriptors(owner.onError);
    return acceptor;
  }

  get address(): AddressInfo | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' && address !== null ? address : undefined;
  }

  handleUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    checkHandedIn(message, socket, head);
    this.#take(requestOf(message, socket), message, socket, head, snapshotOf(socket));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tellClosed();
    this.#leave();
    // The port itself is free in the next turn of the loop.
    if (this.#server !== undefined) await new Promise((resolve) => setImmediate(resolve));
  }

  async #openPort(target: PortTarget): Promise<WsAcceptor> {
    const { wants, onError, onDiverted } = this.#owner;
    const server = ownServer((request, status, error) =>
      onDiverted(request, { kind: 'refused', status, ...(error === undefined ? {} : { error }) }),
    );
    // Nobody else listens: there is nothing to look up.
    server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
      const request = requestOf(message, socket);
      if (wants(request)) this.#take(request, message, socket, head, snapshotOf(socket));
      else answer(socket, { status: 404 });
    });
    await listening(server, target);
    // Accepting may fail later on; without a listener that would end the process.
    server.on('error', onError);
    server.on('close', this.#tellClosed);
    const unwatch = watchDescriptors(onError);
    this.#server = server;
    this.#leave = () => {
      unwatch();
      // Its callback would wait for every wire.
      server.close();
      // Half handshakes and idle HTTP connections; upgraded sockets are no longer the HTTP server's.
      server.closeAllConnections();
    };
    return this;
  }

  async #share(server: UpgradeServer): Promise<WsAcceptor> {
    checkServer(server);
    const shared = new SharedServer(server, this.#owner.wants, (...handshake) => this.#take(...handshake));
    const unwatch = watchDescriptors(this.#owner.onError);
    shared.open();
    const leaveStreams = isHttp2(server) ? this.#shareStreams(server) : () => {};
    this.#server = server;
    this.#leave = () => {
      unwatch();
      shared.close();
      leaveStreams();
    };
    return this;
  }

  #shareStreams(server: Http2Server | Http2SecureServer): () => void {
    const { wants, onDiverted, now } = this.#owner;
    // With HTTP/1.1 beside it the server's owner decides: clients then open all its WebSockets within HTTP/2, and those
    // of neighbours that know only upgrades would not open any more.
    if (!hasHttp1(server)) server.updateSettings({ enableConnectProtocol: true });
    const streams = new WebSocketStreams(server, wants, (request, stream, isDropped) => {
      if (isDropped) onDiverted(request, { kind: 'taken', how: 'it was destroyed' });
      else this.#pass(new StreamUpgrade(request, stream, now));
    });
    streams.open();
    return () => streams.close();
  }

  #take(
    request: HandshakeRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    snapshot: SocketSnapshot,
  ): void {
    const { onDiverted, now } = this.#owner;
    if (isUnderWay(socket)) onDiverted(request, { kind: 'taken', how: 'it was handed in before' });
    else this.#pass(new WsUpgrade(request, message, socket, head, now, snapshot));
  }

  #pass(upgrade: PendingUpgrade): void {
    const { onUpgrade, onDiverted } = this.#owner;
    const taken = upgrade.taken();
    if (taken !== undefined) {
      onDiverted(upgrade.request, taken);
      return;
    }
    const decide = () => {
      if (!this.#isClosed) onUpgrade(upgrade);
      else {
        upgrade.refuse({ status: 503 });
        onDiverted(upgrade.request, { kind: 'refused', status: 503 });
      }
    };
    // Who hands one in looks for its connection right after.
    if (this.#server === undefined) decide();
    else handshakeTurns.run(decide);
    // Whatever happens to the socket while it waits for its answer must find a listener.
    upgrade.watch();
  }
}

/** What an acceptor calls on its listener. */
export interface AcceptorOwner {
  wants(request: HandshakeRequest): boolean;
  onUpgrade(upgrade: Upgrade): void;
  onError(error: Error): void;
  onDiverted(request: Diverted, diversion: Diversion): void;
  /** Monotonic time in ms. */
  now(): number;
}

function listening(server: HttpServer, { port, host, backlog }: PortTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, backlog, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** @throws {OptionError} for what emits no upgrades: a framework's instance, or a server of TCP or TLS only. */
function checkServer(server: UpgradeServer): void {
  const wrong = (what: string, hint = '') =>
    wrongOption('listen: server', `is ${what}; it must be an HTTP, HTTPS, or HTTP/2 server of Node.js${hint}`);
  const isEmitter = (['on', 'off', 'emit', 'listeners', 'prependListener'] as const).every(
    (name) => typeof server[name] === 'function',
  );
  if (!isEmitter) throw wrong('an object that emits no events', ', such as app.server');
  if (typeof server.address !== 'function') throw wrong('an object that has no address');
  if (server instanceof NetServer && !hasHttp1(server) && !isHttp2(server))
    throw wrong('a server of TCP or TLS without HTTP');
}

function isHttp2(server: UpgradeServer): server is Http2Server | Http2SecureServer {
  return 'updateSettings' in server;
}

/** One of HTTP/2 has this only with `allowHTTP1`. */
function hasHttp1(server: UpgradeServer): boolean {
  return 'requestTimeout' in server;
}

/**
 * Checks what is passed to `handleUpgrade`. It is checked now since after the 101 nothing could be refused.
 *
 * @throws {OptionError} for anything but the arguments of the event `upgrade`.
 */
function checkHandedIn(
  message: Partial<IncomingMessage> | null | undefined,
  socket: Partial<Duplex> | null | undefined,
  head: unknown,
): void {
  const wrong = (name: string, value: unknown) =>
    wrongOption(`handleUpgrade: ${name}`, `is ${show(value)}; it must be that of the server's event "upgrade"`);
  if (!isList(message?.rawHeaders)) throw wrong('request', message);
  if (typeof socket?.write !== 'function' || typeof socket.on !== 'function') throw wrong('socket', socket);
  if (!isInstance(head, Uint8Array)) throw wrong('head', head);
}
