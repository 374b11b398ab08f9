import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HandshakeRequest, UpgradeServer } from '../transport.js';
import { answer } from './http-answer.js';
import { onceAnswered, serveAsRequest } from './serve-as-request.js';
import { type SocketSnapshot, snapshotOf, takenSince } from './socket-snapshot.js';
import { requestOf } from './upgrade.js';

/** Upgrade listeners of ours know each other by this, also those of another copy of the package: what they want. */
const kWants = Symbol.for('wirekeeper.wants');

/** What a server's `shouldUpgradeCallback` was before we asked as well. */
const kBefore = Symbol('before');

type Wants = (request: HandshakeRequest) => boolean;
type UpgradeListener = ((message: IncomingMessage, socket: Duplex, head: Buffer) => void) & {
  readonly [kWants]?: Wants;
};
type ShouldUpgrade = ((message: IncomingMessage) => boolean) & { readonly [kBefore]?: ShouldUpgrade };

/** Node's from 24.9 on: whether a request that offers an upgrade is one. */
type Server = UpgradeServer & { shouldUpgradeCallback?: ShouldUpgrade | undefined };

/** Takes a handshake; `snapshot` is the state of its socket before any listener had it. */
export type Take = (
  request: HandshakeRequest,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  snapshot: SocketSnapshot,
) => void;

/**
 * What is done with a request that offers an upgrade: by whom it is taken, answered with 404, or taken for a plain
 * request.
 */
type Fate = UpgradeListener | 'not-found' | 'plain' | 'plain-unless-taken' | 'foreign';

/**
 * HTTP itself, and TLS: clients offer them beside a request that wants its answer in any case, and no upgrade listener
 * waits before it takes them.
 */
const MEANT_AS_WELL: ReadonlySet<string> = new Set(['h2c', 'http', 'tls']);

/** The protocols that a request offers, in whatever version (RFC 9110 section 7.8). */
function offeredBy({ headers }: HandshakeRequest): string[] {
  return String(headers['upgrade'] ?? '')
    .split(',')
    .map((protocol) => protocol.split('/', 1)[0]?.trim().toLowerCase() ?? '');
}

/** Whether a body is announced (RFC 9112 section 6.3). */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Takes opening handshakes from an existing server, beside other listeners. Every other request is handled as if this
 * were not there: as soon as there is an upgrade listener, Node hands it every request that offers an upgrade, for
 * example to HTTP/2, and the server's `request` listeners would not see it any more.
 */
export class SharedServer {
  readonly #server: Server;
  readonly #take: Take;
  readonly #listener: UpgradeListener;
  readonly #shouldUpgrade: ShouldUpgrade | undefined;

  constructor(server: UpgradeServer, wants: Wants, take: Take) {
    this.#server = server;
    this.#take = take;
    this.#listener = Object.assign(
      (message: IncomingMessage, socket: Duplex, head: Buffer) => this.#onUpgrade(message, socket, head),
      { [kWants]: wants },
    );
    const before = this.#server.shouldUpgradeCallback;
    if (typeof before !== 'function') return;
    this.#shouldUpgrade = Object.assign(
      (message: IncomingMessage) => before.call(server, message) && !this.#isPlain(message),
      { [kBefore]: before },
    );
  }

  open(): void {
    // First, to see how a socket stands before others have it.
    this.#server.prependListener('upgrade', this.#listener);
    if (this.#shouldUpgrade !== undefined) this.#server.shouldUpgradeCallback = this.#shouldUpgrade;
  }

  close(): void {
    this.#server.off('upgrade', this.#listener);
    if (this.#shouldUpgrade === undefined) return;
    // Others of ours may have asked after us, and have closed or not.
    let before = this.#server.shouldUpgradeCallback;
    if (this.#listeners().length === 0) while (before?.[kBefore] !== undefined) before = before[kBefore];
    this.#server.shouldUpgradeCallback = before;
  }

  /** Those of ours, the first that came first. */
  #listeners(): UpgradeListener[] {
    return (this.#server.listeners('upgrade') as UpgradeListener[])
      .filter((listener) => listener[kWants] !== undefined)
      .reverse();
  }

  /**
   * Where Node asks first. It hands listeners a stream in the socket's place until a body has come: from there nothing
   * can be given back.
   */
  #isPlain(message: IncomingMessage): boolean {
    const fate = this.#fateOf(requestOf(message, message.socket));
    return fate === 'plain' || (fate === 'plain-unless-taken' && hasBody(message));
  }

  #fateOf(request: HandshakeRequest): Fate {
    const offered = offeredBy(request);
    const offers = offered.includes('websocket');
    const ours = this.#listeners();
    const taker = offers ? ours.find((listener) => listener[kWants]?.(request)) : undefined;
    if (taker !== undefined) return taker;
    if (this.#server.listenerCount('upgrade') > ours.length || ours.length === 0) {
      return offered.every((protocol) => MEANT_AS_WELL.has(protocol)) ? 'plain-unless-taken' : 'foreign';
    }
    return offers && request.method === 'GET' ? 'not-found' : 'plain';
  }

  #onUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = requestOf(message, socket);
    const fate = this.#fateOf(request);
    if (fate === this.#listener)
      this.#afterOthers(socket, (snapshot) => this.#take(request, message, socket, head, snapshot));
    else if (this.#listeners()[0] !== this.#listener) return;
    else if (fate === 'not-found') answer(socket, { status: 404 });
    else if (fate === 'plain') serveAsRequest(this.#server, message, socket, head);
    else if (fate === 'plain-unless-taken') {
      this.#afterOthers(
        socket,
        (snapshot) => takenSince(socket, snapshot) === undefined && serveAsRequest(this.#server, message, socket, head),
      );
    }
  }

  /**
   * Calls back after all listeners had the socket, one of which may have taken it, and once earlier requests are
   * answered.
   */
  #afterOthers(socket: Duplex, next: (snapshot: SocketSnapshot) => void): void {
    const snapshot = snapshotOf(socket);
    const ignore = () => {};
    socket.on('error', ignore);
    process.nextTick(() => {
      const { destroyed: isDropped } = socket;
      onceAnswered(socket, () => {
        socket.off('error', ignore);
        // What an earlier response has written since is no sign of others.
        const { written } = snapshot.response === undefined ? snapshot : snapshotOf(socket);
        next({ ...snapshot, written, isDropped });
      });
    });
  }
}
