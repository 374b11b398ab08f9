import { STATUS_CODES } from 'node:http';
import { bodyText, type HandshakeResponse, type HttpResponse, type SentFields } from '../transport/http-response.js';
import { PERMESSAGE_DEFLATE } from '../transport/protocol/deflate-negotiation.js';
import { parseRetryAfter } from '../transport/retry-after.js';
import type { DialRequest, HttpAnswer, WireOptions } from '../transport/transport.js';
import type { WireEnd } from '../transport/wire-fact.js';
import type { MemoryDialedWire } from './memory-dialed-wire.js';
import { type Handshake, lowerCased } from './memory-handshake.js';
import { ADDRESS, type Arrival, type MemoryNetwork } from './memory-network.js';
import { MemorySocket } from './memory-socket.js';
import { MemoryWire } from './memory-wire.js';

/** What opening handshakes of one transport have in common. */
export interface MemoryScene {
  readonly network: MemoryNetwork;
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** One opening handshake in memory, as both its ends see it. */
export class MemoryUpgrade implements Arrival {
  readonly request: Handshake['request'];
  readonly #port: number;
  readonly #wire: MemoryDialedWire;
  readonly #protocols: readonly string[];
  readonly #offersDeflate: boolean;
  readonly #scene: MemoryScene;
  #gone: AbortController | undefined;
  #isAbandoned = false;
  #isAnswered = false;

  constructor(
    { port, request }: Handshake,
    wire: MemoryDialedWire,
    { protocols, options }: DialRequest,
    scene: MemoryScene,
  ) {
    this.#port = port;
    this.request = request;
    this.#wire = wire;
    this.#protocols = protocols;
    this.#offersDeflate = options.perMessageDeflate !== false;
    this.#scene = scene;
  }

  /** Whether the client has called it off. */
  get isAbandoned(): boolean {
    return this.#isAbandoned;
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isAbandoned) this.#gone.abort();
    return this.#gone.signal;
  }

  /** The client calls it off; both sides learn of it later. */
  abandon(): void {
    if (this.#isAbandoned) return;
    this.#isAbandoned = true;
    process.nextTick(() => {
      this.#gone?.abort();
      this.#wire.neverOpened({
        kind: 'dial-failed',
        cause: new Error('the opening handshake was called off before it was answered'),
      });
    });
  }

  accept(protocol: string | undefined, options: WireOptions, headers: SentFields = {}): MemoryWire | undefined {
    if (!this.#answerOnce()) return undefined;
    // Without an offer there is nothing to choose from.
    const chosen = this.#protocols.length === 0 ? undefined : protocol;
    const extensions = this.#offersDeflate && options.perMessageDeflate !== false ? PERMESSAGE_DEFLATE : '';
    const [near, far] = MemorySocket.pair();
    const accepted = new MemoryWire('accepted', options, this.#scene.now);
    accepted.attach(near, { protocol: chosen ?? '', extensions }, ADDRESS);
    const response = responseOf(chosen, extensions, headers);
    process.nextTick(() => this.#arrive(far, chosen, accepted, response));
    return accepted;
  }

  refuse({ status, headers = {}, body = STATUS_CODES[status] ?? '' }: HttpAnswer): void {
    if (!this.#answerOnce()) return;
    const [, retryAfter] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after') ?? [];
    const retryAfterMs = parseRetryAfter(
      retryAfter === undefined ? undefined : String(retryAfter),
      this.#scene.wallNow(),
    );
    const cause = new Error(
      `the server answered the opening handshake with ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
    );
    const advice = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#failLater(
      { kind: 'refused', httpStatus: status, cause, ...advice },
      { headers: lowerCased(headers), body: bodyText(Buffer.from(body)) },
    );
  }

  /** There is nobody to answer it. */
  fail(cause: Error): void {
    this.#failLater({ kind: 'dial-failed', cause });
  }

  #failLater(end: Omit<WireEnd, 'unconfirmed'>, response?: HttpResponse): void {
    process.nextTick(() => {
      if (!this.#isAbandoned) this.#wire.neverOpened(end, response);
    });
  }

  /** The server's 101 has come. */
  #arrive(socket: MemorySocket, protocol: string | undefined, accepted: MemoryWire, response: HandshakeResponse): void {
    const mismatch = this.#mismatch(protocol);
    if (this.#isAbandoned || mismatch !== undefined) {
      socket.destroy();
      if (mismatch !== undefined) this.#wire.neverOpened({ kind: 'dial-failed', cause: new Error(mismatch) });
      return;
    }
    this.#scene.network.join({ port: this.#port, accepted, dialed: this.#wire });
    const { extensions } = accepted;
    this.#wire.opened(socket, { protocol: protocol ?? '', extensions }, ADDRESS, response);
  }

  /**
   * A client that asked for subprotocols takes one of those and nothing else (RFC 6455 section 4.1, and as browsers
   * do).
   */
  #mismatch(protocol: string | undefined): string | undefined {
    if (protocol === undefined)
      return this.#protocols.length === 0 ? undefined : 'the server chose none of the subprotocols offered';
    return this.#protocols.includes(protocol)
      ? undefined
      : `the server chose the subprotocol ${protocol}, which was not offered`;
  }

  /** Whether this is the first answer and somebody is there to get it. */
  #answerOnce(): boolean {
    if (this.#isAnswered) throw new Error('an opening handshake is answered once');
    this.#isAnswered = true;
    return !this.#isAbandoned;
  }
}

/** The server's 101, as a client over HTTP has it: several values of a field are one text, except for cookies. */
function responseOf(protocol: string | undefined, extensions: string, fields: SentFields): HandshakeResponse {
  const headers: Record<string, string | readonly string[]> = { upgrade: 'websocket', connection: 'Upgrade' };
  if (protocol !== undefined) headers['sec-websocket-protocol'] = protocol;
  if (extensions !== '') headers['sec-websocket-extensions'] = extensions;
  for (const [name, values] of Object.entries(fields)) {
    const field = name.toLowerCase();
    headers[field] = field === 'set-cookie' ? [values].flat() : [values].flat().join(', ');
  }
  return { headers };
}
