import { checkPlatform } from '../platform.js';
import { readOptions } from '../read-options.js';
import { show } from '../show.js';
import type { Transport } from '../transport.js';
import { nameOf, wrongOption } from '../wrong-option.js';
import { WsAcceptor } from './acceptor.js';
import { DialedWire } from './dialed-wire.js';

/** Settings of the ws transport. */
export interface WsTransportOptions {
  /** Monotonic time in ms, for `heardAt`; the supervisor's clock. Default `performance.now`. */
  readonly now?: () => number;
  /** Unix time in ms, for dates in `Retry-After`. Default `Date.now`. */
  readonly wallNow?: () => number;
}

const KEYS = ['now', 'wallNow'] as const satisfies readonly (keyof WsTransportOptions)[];

/**
 * WebSockets over TCP and TLS: ws makes the handshakes.
 *
 * @throws {OptionError} for an unknown option, and for an option that is not a function.
 * @throws {PlatformError} on a Node.js older than 20.19.
 */
export function createWsTransport(options: WsTransportOptions = {}): Transport {
  checkPlatform(process.versions);
  const given = readOptions(options, KEYS, 'createWsTransport');
  for (const key of KEYS) {
    const value: unknown = given[key];
    if (value !== undefined && typeof value !== 'function') {
      throw wrongOption(
        nameOf('createWsTransport', key),
        `is ${show(value)}; it must be a function that returns milliseconds`,
      );
    }
  }
  const { now = () => performance.now(), wallNow = Date.now } = given;
  return {
    name: 'ws',
    dial: (request) => new DialedWire(request, now, wallNow),
    listen: (target, wants, onUpgrade, onError, onDiverted = () => {}) =>
      WsAcceptor.open(target, { wants, onUpgrade, onError, onDiverted, now }),
  };
}
