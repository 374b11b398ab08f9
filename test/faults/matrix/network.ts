import { type ChaosLink, ChaosProxy, type ChaosStream } from '../chaos-proxy.js';
import type { Place, Role } from './cell.js';
import { LocalPeers } from './local-peers.js';
import type { Means } from './scene.js';

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

/** The chaos proxy stands between the two sides. */
export class NetworkMeans extends LocalPeers implements Means<Strike> {
  #proxy: ChaosProxy | undefined;
  #onLink: (link: ChaosLink) => void = () => {};

  async hit(strike: Strike, place: Place): Promise<void> {
    if (this.#proxy === undefined) throw new Error('there is no proxy yet');
    strike(networkOf(await this.#proxy.link(), place.role), place);
  }

  arm(strike: Strike, place: Place): void {
    this.#onLink = (link) => strike(networkOf(link, place.role), place);
  }

  protected override async wayTo(port: number): Promise<number> {
    this.#proxy = await ChaosProxy.listen(port, (link) => this.#onLink(link));
    this.parts.push(this.#proxy);
    return this.#proxy.port;
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
