import { type ChaosLink, ChaosProxy, type ChaosStream } from '../chaos-proxy.js';
import type { Place, Protocol, Role } from './cell.js';
import { PolitePeer, PoliteServer } from './polite-peer.js';
import type { Means, Peer } from './scene.js';

/** The network of a cell, seen from the supervised side. */
export interface Network {
  /** From the peer to the supervised side. */
  readonly inbound: ChaosStream;
  /** From the supervised side to the peer. */
  readonly outbound: ChaosStream;
  /** Resets the supervised side's TCP. */
  reset(): void;
  /** Ends the supervised side's TCP with a FIN. */
  fin(): void;
}

type Strike = (network: Network, place: Place) => void;

/** Peers in this process, behind the chaos proxy. */
export class NetworkMeans implements Means<Strike> {
  readonly #parts: AsyncDisposable[] = [];
  #proxy: ChaosProxy | undefined;
  #onLink: (link: ChaosLink) => void = () => {};

  async connect(port: number, protocol: Protocol): Promise<Peer> {
    const proxy = await this.#proxyTo(port);
    const peer = await PolitePeer.connect(proxy.port, protocol);
    this.#parts.push({ [Symbol.asyncDispose]: async () => void peer.socket.destroy() });
    return peer;
  }

  async listen(protocol: Protocol, onRequest: (peer: Peer) => void): Promise<number> {
    const server = await PoliteServer.listen(protocol);
    this.#parts.push(server);
    server.onRequest = onRequest;
    return (await this.#proxyTo(server.port)).port;
  }

  async hit(strike: Strike, place: Place): Promise<void> {
    if (this.#proxy === undefined) throw new Error('there is no proxy yet');
    strike(networkOf(await this.#proxy.link(), place.role), place);
  }

  arm(strike: Strike, place: Place): void {
    this.#onLink = (link) => strike(networkOf(link, place.role), place);
  }

  async #proxyTo(port: number): Promise<ChaosProxy> {
    this.#proxy = await ChaosProxy.listen(port, (link) => this.#onLink(link));
    this.#parts.push(this.#proxy);
    return this.#proxy;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of [...this.#parts].reverse()) await part[Symbol.asyncDispose]();
  }
}

function networkOf(link: ChaosLink, role: Role): Network {
  const isAccepted = role === 'accepted';
  const end = isAccepted ? 'server' : 'client';
  return {
    inbound: isAccepted ? link.toServer : link.toClient,
    outbound: isAccepted ? link.toClient : link.toServer,
    reset: () => link.reset(end),
    fin: () => link.fin(end),
  };
}
