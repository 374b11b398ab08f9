import { type HandshakeResponse, type HttpResponse, withHttpResponse } from '../transport/http-response.js';
import type { DialRequest } from '../transport/transport.js';
import type { WireEnd } from '../transport/wire-fact.js';
import type { MemorySocket } from './memory-socket.js';
import { type Agreed, MemoryWire } from './memory-wire.js';

/** A wire that begins with a client's opening handshake. */
export class MemoryDialedWire extends MemoryWire {
  /** What calls the opening handshake off; there until it has ended. */
  #callOff: (() => void) | undefined;
  response: HandshakeResponse | undefined;
  readonly url: string;

  constructor({ url, options }: Pick<DialRequest, 'url' | 'options'>, now: () => number) {
    super('dialed', options, now);
    this.url = url;
  }

  /** Hands in what calls the opening handshake off. */
  awaitHandshake(callOff: () => void): void {
    this.#callOff = callOff;
  }

  override close(code: number, reason: string): void {
    if (this.#callOff === undefined) super.close(code, reason);
    else this.#callOff();
  }

  override terminate(): void {
    if (this.#callOff === undefined) super.terminate();
    else this.#callOff();
  }

  /** The opening handshake has succeeded. */
  opened(socket: MemorySocket, agreed: Agreed, remoteAddress: string, response: HandshakeResponse): void {
    this.#callOff = undefined;
    this.response = response;
    this.attach(socket, agreed, remoteAddress);
    this.emitFact({ type: 'wire.opened', protocol: agreed.protocol, remoteAddress });
  }

  /** The opening handshake has failed. */
  neverOpened(end: Omit<WireEnd, 'unconfirmed'>, response?: HttpResponse): void {
    this.#callOff = undefined;
    this.gone(withHttpResponse({ ...end, unconfirmed: { frames: 0, bytes: 0 } }, response));
  }
}
