import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { parseRetryAfter } from '../retry-after.js';
import type { DialRequest } from '../transport.js';
import type { WireEnd } from '../wire-fact.js';
import { openClient } from './package/ws.js';
import { WsWire } from './wire.js';

/** The end of a wire that never opened. */
type NeverOpened = Omit<WireEnd, 'unconfirmed'>;

const NOTHING = { frames: 0, bytes: 0 };

/** A wire that begins with a client's opening handshake. */
export class DialedWire extends WsWire {
  /** Calls the opening handshake off; set until the handshake has ended. */
  #callOff: (() => void) | undefined;

  /** @throws {SyntaxError} for a URL or a subprotocol that cannot be used in a handshake. */
  constructor(request: DialRequest, now: () => number, wallNow: () => number) {
    super({ options: request.options, now });
    this.#callOff = openClient(request, {
      opened: (handshaken) => {
        this.#callOff = undefined;
        this.attach(handshaken, handshaken.socket instanceof Socket ? handshaken.socket.remoteAddress : undefined);
        this.emitFact({ type: 'wire.opened', protocol: this.protocol, remoteAddress: this.remoteAddress });
      },
      refused: (response) => this.#neverOpened(refusal(response, wallNow())),
      failed: (cause) => this.#neverOpened({ kind: 'dial-failed', cause }),
    });
  }

  override get role(): 'dialed' {
    return 'dialed';
  }

  override close(code: number, reason: string): void {
    if (this.#callOff === undefined) super.close(code, reason);
    else this.#callOff();
  }

  override terminate(): void {
    if (this.#callOff === undefined) super.terminate();
    else this.#callOff();
  }

  #neverOpened(end: NeverOpened): void {
    this.#callOff = undefined;
    this.gone({ ...end, unconfirmed: NOTHING });
  }
}

function refusal(response: IncomingMessage, wallNow: number): NeverOpened {
  const httpStatus = response.statusCode ?? 0;
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], wallNow);
  return {
    kind: 'refused',
    httpStatus,
    cause: new Error(
      `the server answered the opening handshake with ${httpStatus} ${response.statusMessage ?? ''}`.trimEnd(),
    ),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
