import type { HttpAnswer, Upgrade } from '../transport/transport.js';
import type { MemoryWire } from './memory-wire.js';
import { systemError } from './system-error.js';

/** Where everything in memory is. */
export const ADDRESS = '127.0.0.1';

/** The first port that is given if any port will do (RFC 6335 section 6). */
const FIRST_FREE_PORT = 49_152;
const LAST_PORT = 65_535;

/** The two ends of one open connection. */
export interface MemoryLink {
  readonly port: number;
  readonly accepted: MemoryWire;
  readonly dialed: MemoryWire;
}

/** An opening handshake on its way to a port. */
export interface Arrival extends Upgrade {
  /** Whether the client has called it off. */
  readonly isAbandoned: boolean;
  /** There is nobody to answer it. */
  fail(cause: Error): void;
}

/** Who listens on a port. */
export interface PortOwner {
  take(upgrade: Upgrade): void;
}

/** What happens to the dials of a port, if anyone listens there or not. */
type DialFate = { readonly kind: 'refused'; readonly answer: HttpAnswer } | { readonly kind: 'ignored' };

/**
 * The network of one in-memory transport: who listens where, which connections are open, and what a test does to dials.
 */
export class MemoryNetwork {
  readonly #owners = new Map<number, PortOwner>();
  readonly #fates = new Map<number, DialFate>();
  readonly #links = new Set<MemoryLink>();
  #nextPort = FIRST_FREE_PORT;

  /**
   * The connections whose both ends are open, oldest first: the way to an end that the code under test keeps to itself.
   */
  get links(): ReadonlySet<MemoryLink> {
    return this.#links;
  }

  /** Answers every opening handshake on a port with this HTTP status and these header fields, `Retry-After` say. */
  refuseDials(port: number, answer: HttpAnswer): void {
    this.#fates.set(port, { kind: 'refused', answer });
  }

  /** Leaves every opening handshake on a port without an answer. */
  ignoreDials(port: number): void {
    this.#fates.set(port, { kind: 'ignored' });
  }

  /** Undoes `refuseDials` and `ignoreDials` for dials to come. */
  admitDials(port: number): void {
    this.#fates.delete(port);
  }

  /**
   * Gives a port to its owner; 0 stands for any free one.
   *
   * @throws {Error} with code EADDRINUSE, as the system's, when somebody has it.
   */
  bind(port: number, owner: PortOwner): number {
    const bound = port === 0 ? this.#freePort() : port;
    if (this.#owners.has(bound)) throw systemError('EADDRINUSE', 'listen', { address: ADDRESS, port: bound });
    this.#owners.set(bound, owner);
    return bound;
  }

  release(port: number): void {
    this.#owners.delete(port);
  }

  /** Brings an opening handshake to whom it is meant for. */
  route(port: number, upgrade: Arrival): void {
    if (upgrade.isAbandoned) return;
    const fate = this.#fates.get(port);
    const owner = this.#owners.get(port);
    if (fate?.kind === 'ignored') return;
    if (fate?.kind === 'refused') upgrade.refuse(fate.answer);
    else if (owner === undefined) upgrade.fail(systemError('ECONNREFUSED', 'connect', { address: ADDRESS, port }));
    else owner.take(upgrade);
  }

  /** Keeps a link as long as both ends are there. */
  join(link: MemoryLink): void {
    this.#links.add(link);
    const leave = () => this.#links.delete(link);
    link.accepted.onGone(leave);
    link.dialed.onGone(leave);
  }

  #freePort(): number {
    for (let tries = FIRST_FREE_PORT; tries <= LAST_PORT; tries += 1) {
      const port = this.#nextPort;
      this.#nextPort = port === LAST_PORT ? FIRST_FREE_PORT : port + 1;
      if (!this.#owners.has(port)) return port;
    }
    throw systemError('EADDRINUSE', 'listen', { address: ADDRESS, port: 0 });
  }
}
