import type { DialRequest, Transport } from '../transport/transport.js';
import { MemoryAcceptor } from './memory-acceptor.js';
import { MemoryDialedWire } from './memory-dialed-wire.js';
import { handshakeOf } from './memory-handshake.js';
import { MemoryNetwork } from './memory-network.js';
import { type MemoryScene, MemoryUpgrade } from './memory-upgrade.js';
import type { MemoryWire } from './memory-wire.js';

/** Settings of an in-memory transport; a clock as they are has both. */
export interface MemoryTransportOptions {
  /** Monotonic time in ms, for `heardAt`; the supervisor's clock. Default `performance.now`. */
  readonly now?: () => number;
  /** Unix time in ms, for dates in `Retry-After`. Default `Date.now`. */
  readonly wallNow?: () => number;
}

/**
 * WebSockets without sockets: ports, opening handshakes, frames, windows, and both ways of ending, all in this process,
 * in an order that is the same each time, and without timers. It passes the contract suite of the real transport.
 */
export interface MemoryTransport extends Transport {
  readonly name: 'memory';
  /** What a test does to dials, and the way to the wires of others. */
  readonly network: MemoryNetwork;
  dial(request: DialRequest): MemoryWire;
}

/**
 * Makes an in-memory transport, with ports of its own. Dial `ws://memory:PORT/path`; any host will do, since there is
 * one only.
 *
 * Things go wrong where a test says so: at dials with `transport.network.refuseDials(port, { status: 503, headers })`
 * and `ignoreDials(port)`; at open connections through a wire's end of TCP, for example
 * `[...transport.network.links].at(-1)?.accepted.socket.reset()`.
 */
export function createMemoryTransport({
  now = () => performance.now(),
  wallNow = Date.now,
}: MemoryTransportOptions = {}): MemoryTransport {
  const network = new MemoryNetwork();
  const scene: MemoryScene = { network, now, wallNow };
  let dials = 0;
  return {
    name: 'memory',
    network,
    dial(request) {
      dials += 1;
      const handshake = handshakeOf(request, dials);
      const wire = new MemoryDialedWire(request, now);
      const upgrade = new MemoryUpgrade(handshake, wire, request, scene);
      wire.awaitHandshake(() => upgrade.abandon());
      process.nextTick(() => network.route(handshake.port, upgrade));
      return wire;
    },
    listen: (target, wants, onUpgrade) =>
      target.kind === 'by-hand'
        ? MemoryAcceptor.byHand(network, wants, onUpgrade)
        : MemoryAcceptor.open(network, target, wants, onUpgrade),
  };
}
