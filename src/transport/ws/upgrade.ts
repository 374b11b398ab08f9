import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { HandshakeRequest, HttpAnswer, Upgrade, WireOptions } from '../transport.js';
import { answer } from './http-answer.js';
import { type WireSettings, WsWire } from './wire.js';
import { createUpgrader, type Upgrader } from './ws.js';

/** Node keeps the first Host of several, which are an attack or a mistake (RFC 9112 section 3.2): here all of them are there. */
function headersOf({ headers, rawHeaders }: IncomingMessage): HandshakeRequest['headers'] {
  const hosts = rawHeaders.filter((_value, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host');
  return hosts.length > 1 ? { ...headers, host: hosts } : headers;
}

/** What users see of a request, without Node's IncomingMessage. */
export function requestOf(message: IncomingMessage, socket: Duplex): HandshakeRequest {
  return {
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    httpVersion: message.httpVersion,
    headers: headersOf(message),
    remoteAddress: socket instanceof Socket ? socket.remoteAddress : undefined,
    isSecure: socket instanceof TLSSocket,
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

/** One opening handshake on an HTTP server, awaiting its answer. */
export class WsUpgrade implements Upgrade {
  readonly request: HandshakeRequest;
  readonly #message: IncomingMessage;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #now: () => number;
  #gone: AbortController | undefined;
  #isGone = false;
  #isAnswered = false;
  #isWatched = false;

  constructor(request: HandshakeRequest, message: IncomingMessage, socket: Duplex, head: Buffer, now: () => number) {
    this.request = request;
    this.#message = message;
    this.#socket = socket;
    this.#head = head;
    this.#now = now;
  }

  /** Looks out for the client's leaving, unless it has been answered already; to be called in the turn it came in. */
  watch(): void {
    if (this.#isAnswered) return;
    this.#isWatched = true;
    this.#socket.on('error', this.#leave);
    this.#socket.on('close', this.#leave);
    this.#socket.on('end', this.#leave);
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController();
      if (this.#isGone) this.#gone.abort();
    }
    return this.#gone.signal;
  }

  accept(protocol: string | undefined, options: WireOptions): WsWire | undefined {
    if (!this.#answerOnce()) return undefined;
    const { upgrader, settings } = upgradingFor(options, this.#now);
    const handshaken = upgrader.upgrade(this.#message, this.#socket, this.#head, protocol);
    if (handshaken === undefined) return undefined;
    const wire = new WsWire(settings);
    wire.attach(handshaken, this.request.remoteAddress);
    return wire;
  }

  refuse(httpAnswer: HttpAnswer): void {
    if (this.#answerOnce()) answer(this.#socket, httpAnswer);
  }

  /** Whether this is the first answer and somebody is there to get it. */
  #answerOnce(): boolean {
    if (this.#isAnswered) throw new Error('an opening handshake is answered once');
    this.#isAnswered = true;
    const socket = this.#socket;
    if (this.#isWatched) {
      socket.off('error', this.#leave);
      socket.off('close', this.#leave);
      socket.off('end', this.#leave);
    }
    if (!this.#isGone && socket.readable && socket.writable) return true;
    socket.on('error', () => {});
    socket.destroy();
    return false;
  }

  readonly #leave = (): void => {
    this.#isGone = true;
    this.#gone?.abort();
  };
}
