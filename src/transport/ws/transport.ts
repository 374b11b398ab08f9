import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { parseRetryAfter } from '../retry-after.js';
import type { DialRequest, Transport } from '../transport.js';
import { WsAcceptor } from './acceptor.js';
import { type NeverOpened, WsWire } from './wire.js';
import { openClient } from './ws.js';

/** Settings of the ws transport. */
export interface WsTransportOptions {
  /** Monotonic time in ms, for `heardAt`; the supervisor's clock. Default `performance.now`. */
  readonly now?: () => number;
  /** Unix time in ms, for dates in `Retry-After`. Default `Date.now`. */
  readonly wallNow?: () => number;
}

function refusal(response: IncomingMessage, wallNow: number): NeverOpened {
  const httpStatus = response.statusCode ?? 0;
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], wallNow);
  return {
    kind: 'refused',
    httpStatus,
    cause: new Error(`the server answered the opening handshake with ${httpStatus} ${response.statusMessage ?? ''}`.trimEnd()),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function dial(request: DialRequest, now: () => number, wallNow: () => number): WsWire {
  const wire = new WsWire('dialed', request.options, now);
  const callOff = openClient(request, {
    opened(handshaken) {
      wire.attach(handshaken, handshaken.socket instanceof Socket ? handshaken.socket.remoteAddress : undefined);
      wire.tellOpened();
    },
    refused: (response) => wire.tellNeverOpened(refusal(response, wallNow())),
    failed: (cause) => wire.tellNeverOpened({ kind: 'dial-failed', cause }),
  });
  wire.awaitHandshake(callOff);
  return wire;
}

/** WebSockets over TCP and TLS: ws makes the handshakes. */
export function createWsTransport({ now = () => performance.now(), wallNow = Date.now }: WsTransportOptions = {}): Transport {
  return {
    name: 'ws',
    dial: (request) => dial(request, now, wallNow),
    listen: (target, wants, onUpgrade, onError) => WsAcceptor.open(target, wants, onUpgrade, onError, now),
  };
}
