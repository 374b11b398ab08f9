import type { Transport } from '../transport.js';
import { WsAcceptor } from './acceptor.js';
import { DialedWire } from './dialed-wire.js';

/** Settings of the ws transport. */
export interface WsTransportOptions {
  /** Monotonic time in ms, for `heardAt`; the supervisor's clock. Default `performance.now`. */
  readonly now?: () => number;
  /** Unix time in ms, for dates in `Retry-After`. Default `Date.now`. */
  readonly wallNow?: () => number;
}

/** WebSockets over TCP and TLS: ws makes the handshakes. */
export function createWsTransport({ now = () => performance.now(), wallNow = Date.now }: WsTransportOptions = {}): Transport {
  return {
    name: 'ws',
    dial: (request) => new DialedWire(request, now, wallNow),
    listen: (target, wants, onUpgrade, onError) => WsAcceptor.open(target, wants, onUpgrade, onError, now),
  };
}
