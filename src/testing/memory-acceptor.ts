import type { AddressInfo } from 'node:net';
import type { Acceptor, HandshakeRequest, ListenTarget, Upgrade } from '../transport/transport.js';
import { ADDRESS, type MemoryNetwork, type PortOwner } from './memory-network.js';

/** Takes upgrades from a port of the in-memory network. */
export class MemoryAcceptor implements Acceptor, PortOwner {
  readonly #network: MemoryNetwork;
  readonly #wants: (request: HandshakeRequest) => boolean;
  readonly #onUpgrade: (upgrade: Upgrade) => void;
  readonly closed: Promise<void>;
  #port: number | undefined;
  #tellClosed = (): void => {};

  private constructor(
    network: MemoryNetwork,
    wants: (request: HandshakeRequest) => boolean,
    onUpgrade: (upgrade: Upgrade) => void,
  ) {
    this.#network = network;
    this.#wants = wants;
    this.#onUpgrade = onUpgrade;
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  /**
   * @throws {Error} with code EADDRINUSE for a port that is taken; for a target that memory does not have. By
   * rejection.
   */
  static async open(
    network: MemoryNetwork,
    target: ListenTarget,
    wants: (request: HandshakeRequest) => boolean,
    onUpgrade: (upgrade: Upgrade) => void,
  ): Promise<MemoryAcceptor> {
    if (target.kind === 'server') throw new Error('the in-memory transport has no HTTP servers: listen on a port');
    const acceptor = new MemoryAcceptor(network, wants, onUpgrade);
    if (target.kind === 'port') acceptor.#port = network.bind(target.port, acceptor);
    return acceptor;
  }

  /** One without a port, at once. */
  static byHand(
    network: MemoryNetwork,
    wants: (request: HandshakeRequest) => boolean,
    onUpgrade: (upgrade: Upgrade) => void,
  ): MemoryAcceptor {
    return new MemoryAcceptor(network, wants, onUpgrade);
  }

  get address(): AddressInfo | undefined {
    return this.#port === undefined ? undefined : { address: ADDRESS, family: 'IPv4', port: this.#port };
  }

  take(upgrade: Upgrade): void {
    if (this.#wants(upgrade.request)) this.#onUpgrade(upgrade);
    else upgrade.refuse({ status: 404 });
  }

  /** @throws {Error} always: what there is to hand in belongs to a socket. */
  handleUpgrade(): never {
    throw new Error('the in-memory transport takes no sockets by hand: dial one of its ports');
  }

  async close(): Promise<void> {
    this.#tellClosed();
    if (this.#port === undefined) return;
    this.#network.release(this.#port);
    this.#port = undefined;
  }
}
