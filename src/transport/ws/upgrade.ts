import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SentFields } from '../http-response.js';
import type { Diversion, HandshakeRequest, HttpAnswer, Upgrade, WireOptions } from '../transport.js';
import { answer, fieldLines } from './http-answer.js';
import type { Upgrader } from './package/upgrader.js';
import { createUpgrader, type Handshaken } from './package/ws.js';
import { isEncrypted } from './socket/handle.js';
import { type SocketSnapshot, snapshotOf, takenSince } from './socket-snapshot.js';
import { WsWire } from './wire.js';
import type { WireSettings } from './wire-state.js';

const HOST = 'host';

/**
 * Node keeps the first Host of several, which are an attack or a mistake (RFC 9112 section 3.2): here all of them are
 * there.
 */
function headersOf({ headers, rawHeaders }: IncomingMessage): HandshakeRequest['headers'] {
  const hosts: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === HOST.length && name.toLowerCase() === HOST) hosts.push(rawHeaders[i + 1] ?? '');
  }
  return hosts.length > 1 ? { ...headers, host: hosts } : headers;
}

/** What users see of a request. */
export function requestOf(message: IncomingMessage, socket: Duplex): HandshakeRequest {
  // Before a request's body is there, Node hands out a stream that stands for the socket.
  const bearer = socket instanceof Socket ? socket : message.socket;
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    httpVersion: message.httpVersion,
    headers: headersOf(message),
    remoteAddress: bearer instanceof Socket ? bearer.remoteAddress : undefined,
    isSecure: bearer instanceof Socket && isEncrypted(bearer),
    raw: message,
  };
}

/** What the handshakes of one listener have in common. */
interface Upgrading {
  readonly upgrader: Upgrader;
  readonly settings: WireSettings;
}

/** One for each set of options in use. */
const inUse = new WeakMap<WireOptions, Upgrading>();

function upgradingFor(options: WireOptions, now: () => number): Upgrading {
  let upgrading = inUse.get(options);
  if (upgrading === undefined || upgrading.settings.now !== now) {
    upgrading = { upgrader: createUpgrader(options), settings: { options, now } };
    inUse.set(options, upgrading);
  }
  return upgrading;
}

/** Marks a socket whose opening handshake awaits its answer, for other copies of the package too. */
const kUnderWay = Symbol.for('wirekeeper.handshake');

type Marked = Duplex & { [kUnderWay]?: true | undefined };

/** Whether an opening handshake on this socket awaits its answer: it was handed in twice. */
export function isUnderWay(socket: Marked): boolean {
  return socket[kUnderWay] === true;
}

/** One opening handshake on an HTTP server, awaiting its answer. */
export class WsUpgrade implements Upgrade {
  readonly request: HandshakeRequest;
  diversion: Diversion | undefined;
  readonly #message: IncomingMessage;
  readonly #socket: Marked;
  readonly #head: Buffer;
  readonly #now: () => number;
  readonly #snapshot: SocketSnapshot;
  #gone: AbortController | undefined;
  #isGone = false;
  /** It was destroyed on this side. */
  #isDropped = false;
  #isAnswered = false;
  #isWatched = false;

  constructor(
    request: HandshakeRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    now: () => number,
    snapshot = snapshotOf(socket),
  ) {
    this.request = request;
    this.#message = message;
    this.#socket = socket;
    this.#head = head;
    this.#now = now;
    this.#snapshot = snapshot;
  }

  /** Whether somebody else has the socket by now. */
  taken(): Diversion | undefined {
    const how = takenSince(this.#socket, this.#snapshot) ?? (this.#isDropped ? 'it was destroyed' : undefined);
    return how === undefined ? undefined : { kind: 'taken', how };
  }

  /** Looks out for the client's leaving, unless it has been answered already; to be called in the turn it came in. */
  watch(): void {
    if (this.#isAnswered) return;
    this.#isWatched = true;
    this.#socket[kUnderWay] = true;
    this.#socket.on('error', this.#leave);
    this.#socket.on('close', this.#close);
    this.#socket.on('end', this.#leave);
    // It had left before the handshake was handed in.
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#leave();
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController();
      if (this.#isGone) this.#gone.abort();
    }
    return this.#gone.signal;
  }

  accept(protocol: string | undefined, options: WireOptions, headers: SentFields = {}): WsWire | undefined {
    if (!this.#answerOnce()) return undefined;
    const { upgrader, settings } = upgradingFor(options, this.#now);
    const handshaken = this.#upgradeBy(upgrader, protocol, headers);
    if (handshaken === undefined) return undefined;
    const wire = new WsWire(settings);
    wire.attach(handshaken, this.request.remoteAddress);
    return wire;
  }

  refuse(httpAnswer: HttpAnswer): void {
    if (this.#answerOnce()) answer(this.#socket, httpAnswer);
  }

  #upgradeBy(upgrader: Upgrader, protocol: string | undefined, headers: SentFields): Handshaken | undefined {
    try {
      return upgrader.upgrade(this.#message, this.#socket, this.#head, { protocol, lines: fieldLines(headers) });
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('ws did not take an opening handshake', { cause });
      answer(this.#socket, { status: 400, body: `${error.message}.` });
      this.diversion = { kind: 'refused', status: 400, error };
      return undefined;
    }
  }

  /** Whether this is the first answer and somebody is there to get it. A socket that somebody else has is let go. */
  #answerOnce(): boolean {
    if (this.#isAnswered) throw new Error('an opening handshake is answered once');
    this.#isAnswered = true;
    const socket = this.#socket;
    if (this.#isWatched) {
      socket[kUnderWay] = undefined;
      socket.off('error', this.#leave);
      socket.off('close', this.#close);
      socket.off('end', this.#leave);
    }
    this.diversion = this.taken();
    if (this.diversion !== undefined) return false;
    if (!this.#isGone && socket.readable && socket.writable) return true;
    socket.on('error', () => {});
    socket.destroy();
    return false;
  }

  readonly #leave = (): void => {
    this.#isGone = true;
    this.#gone?.abort();
  };

  /** A client that leaves ends its side first, or resets the connection: otherwise it was somebody on this one. */
  readonly #close = (): void => {
    this.#isDropped = !this.#isGone;
    this.#leave();
  };
}
