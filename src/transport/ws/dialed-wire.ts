import { Socket } from 'node:net';
import type { HandshakeResponse } from '../http-response.js';
import type { DialRequest } from '../transport.js';
import { Opening } from './opening.js';
import { WsWire } from './wire.js';

/** A wire that begins with a client's opening handshake. */
export class DialedWire extends WsWire {
  /** The opening handshake; set until it has ended. */
  #opening: Opening | undefined;
  response: HandshakeResponse | undefined;
  /** What was dialed last; the opening handshake has it before. */
  #dialed: string;

  /** @throws {SyntaxError} for a URL or a subprotocol that cannot be used in a handshake. */
  constructor(request: DialRequest, now: () => number, wallNow: () => number) {
    super({ options: request.options, now });
    this.#dialed = request.url;
    this.#opening = new Opening(request, wallNow, {
      opened: (handshaken) => {
        this.ended();
        this.response = { headers: handshaken.headers ?? {} };
        this.attach(handshaken, handshaken.socket instanceof Socket ? handshaken.socket.remoteAddress : undefined);
        this.emitFact({ type: 'wire.opened', protocol: this.protocol, remoteAddress: this.remoteAddress });
      },
      neverOpened: (end) => {
        this.ended();
        this.gone(end);
      },
    });
  }

  get url(): string {
    return this.#opening?.url ?? this.#dialed;
  }

  override get role(): 'dialed' {
    return 'dialed';
  }

  override close(code: number, reason: string): void {
    if (this.#opening === undefined) super.close(code, reason);
    else this.#opening.callOff();
  }

  override terminate(): void {
    if (this.#opening === undefined) super.terminate();
    else this.#opening.callOff();
  }

  private ended(): void {
    this.#dialed = this.#opening?.url ?? this.#dialed;
    this.#opening = undefined;
  }
}
