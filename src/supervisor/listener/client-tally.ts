import type { Limits } from '../api/limits.js';
import { isPrivate, remoteBlock } from './remote-block.js';
import { Tally } from './tally.js';

/** What makes one client another than the next. */
interface Client {
  readonly remoteAddress: string | undefined;
  /** What `authenticate` has called it; `undefined` if it has not. */
  readonly identity: string | undefined;
}

type ClientLimits = Pick<Limits, 'maxConnectionsPerAddress' | 'maxConnectionsPerIdentity'>;

/** The connections of a listener, counted by client. */
export class ClientTally {
  readonly #limits: ClientLimits;
  readonly #mayBeProxy: (address: string) => boolean;
  readonly #perBlock = new Tally();
  readonly #perIdentity = new Tally();

  /** @param knowsProxies whether every address is that of a client: otherwise a private one may be a proxy's. */
  constructor(limits: ClientLimits, knowsProxies: boolean) {
    this.#limits = limits;
    this.#mayBeProxy = knowsProxies ? () => false : isPrivate;
  }

  /** The limit that one more connection would exceed. */
  exceeded({ remoteAddress, identity }: Client): keyof ClientLimits | undefined {
    const { maxConnectionsPerAddress, maxConnectionsPerIdentity } = this.#limits;
    if (this.#perBlock.of(this.#blockOf(remoteAddress) ?? '') >= maxConnectionsPerAddress)
      return 'maxConnectionsPerAddress';
    return identity !== undefined && this.#perIdentity.of(identity) >= maxConnectionsPerIdentity
      ? 'maxConnectionsPerIdentity'
      : undefined;
  }

  add({ remoteAddress, identity }: Client): void {
    const block = this.#blockOf(remoteAddress);
    if (block !== undefined) this.#perBlock.add(block);
    if (identity !== undefined) this.#perIdentity.add(identity);
  }

  remove({ remoteAddress, identity }: Client): void {
    const block = this.#blockOf(remoteAddress);
    if (block !== undefined) this.#perBlock.remove(block);
    if (identity !== undefined) this.#perIdentity.remove(identity);
  }

  #blockOf(address: string | undefined): string | undefined {
    return address === undefined || this.#mayBeProxy(address) ? undefined : remoteBlock(address);
  }
}
