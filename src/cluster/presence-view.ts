import type { Clock } from '../supervisor/api/clock.js';
import type { PresenceChange, TopicMember } from './api/topic.js';

/** A connection that is present, as nodes say it to each other. */
export interface Present {
  /** Its id on its node. */
  readonly id: string;
  readonly key: string;
  readonly presence: unknown;
}

/** What is seen of one key. */
interface Seen {
  /** By node and id, the latest last. */
  readonly connections: Map<string, Present>;
  /** Its last connection has moved: it is seen until this timer fires, or until it comes back. */
  grace: unknown;
  last: TopicMember;
}

/** The members of a topic over all nodes, by key: who came and who left, with grace for those who move. */
export class PresenceView {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #emit: (change: PresenceChange) => void;
  readonly #seen = new Map<string, Seen>();
  #joined = new Map<string, TopicMember>();
  #left = new Map<string, TopicMember>();

  constructor(clock: Clock, graceMs: number, emit: (change: PresenceChange) => void) {
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#emit = emit;
  }

  get members(): readonly TopicMember[] {
    return [...this.#seen.values()].map(({ last }) => last);
  }

  /** Puts several changes into one emission. */
  change(node: string, joins: Iterable<Present>, leaves: Iterable<Present>, isMove: boolean): void {
    for (const present of leaves) this.#leave(`${node}/${present.id}`, present, isMove);
    for (const present of joins) this.#join(`${node}/${present.id}`, present);
    this.#flush();
  }

  close(): void {
    for (const { grace } of this.#seen.values()) this.#clock.clearTimeout(grace);
    this.#seen.clear();
  }

  #join(ref: string, present: Present): void {
    const { key, presence } = present;
    const seen = this.#seen.get(key);
    if (seen === undefined) {
      const last = { key, presence, connections: 1 };
      this.#seen.set(key, { connections: new Map([[ref, present]]), grace: undefined, last });
      this.#joined.set(key, last);
      return;
    }
    this.#clock.clearTimeout(seen.grace);
    seen.grace = undefined;
    seen.connections.delete(ref);
    seen.connections.set(ref, present);
    const isOther = JSON.stringify(presence) !== JSON.stringify(seen.last.presence);
    seen.last = { key, presence, connections: seen.connections.size };
    if (isOther) this.#joined.set(key, seen.last);
  }

  #leave(ref: string, { key }: Present, isMove: boolean): void {
    const seen = this.#seen.get(key);
    if (seen?.connections.delete(ref) !== true) return;
    seen.last = { ...seen.last, connections: seen.connections.size };
    if (seen.connections.size > 0) return;
    if (isMove && this.#graceMs > 0) {
      seen.grace = this.#clock.setTimeout(() => {
        this.#remove(key, seen);
        this.#flush();
      }, this.#graceMs);
    } else this.#remove(key, seen);
  }

  #remove(key: string, { last }: Seen): void {
    this.#seen.delete(key);
    this.#left.set(key, last);
  }

  #flush(): void {
    // One that left and came in the same change has not been away.
    for (const [key, member] of this.#joined) {
      const before = this.#left.get(key);
      this.#left.delete(key);
      if (before !== undefined && JSON.stringify(before.presence) === JSON.stringify(member.presence))
        this.#joined.delete(key);
    }
    if (this.#joined.size + this.#left.size === 0) return;
    const change = { joined: [...this.#joined.values()], left: [...this.#left.values()] };
    this.#joined = new Map();
    this.#left = new Map();
    this.#emit(change);
  }
}
