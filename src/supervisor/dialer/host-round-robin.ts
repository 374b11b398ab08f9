/**
 * A queue in which hosts take turns: however many entries wait for one host, an entry for another host waits for at
 * most one of them. To add, to remove, and to find the next cost O(1), as long as few hosts are passed over.
 */
export class HostRoundRobin<T extends RoundRobinEntry> {
  /** The queues of the hosts, in the order of their turns. */
  readonly #queues = new Map<string, HostQueue<T>>();

  /** Adds an entry at the end of its host's queue. */
  add(entry: T): void {
    const queue = this.#queues.get(entry.host);
    if (queue === undefined) {
      this.#queues.set(entry.host, { first: entry, last: entry });
      return;
    }
    entry.before = queue.last;
    queue.last.after = entry;
    queue.last = entry;
  }

  /** Removes an entry from any place in the queue. */
  remove(entry: T): void {
    const { before, after, host } = entry;
    const queue = this.#queues.get(host);
    if (queue === undefined) return;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    if (before === undefined && after === undefined) this.#queues.delete(host);
    else if (before === undefined && after !== undefined) queue.first = after;
    else if (after === undefined && before !== undefined) queue.last = before;
    entry.before = entry.after = undefined;
  }

  /** Returns the next entry for a host that may be dialed. */
  next(mayDial: (host: string) => boolean): T | undefined {
    for (const [host, { first }] of this.#queues) if (mayDial(host)) return first;
    return undefined;
  }

  /** Removes an entry that has its turn: its host's next turn comes after those of all others. */
  take(entry: T): void {
    this.remove(entry);
    const queue = this.#queues.get(entry.host);
    if (queue === undefined) return;
    this.#queues.delete(entry.host);
    this.#queues.set(entry.host, queue);
  }
}

/** An entry of the queue, which is linked with its neighbours. */
export interface RoundRobinEntry {
  /** The host to dial. */
  readonly host: string;
  before: this | undefined;
  after: this | undefined;
}

/** The entries for one host, in the order in which they came. */
interface HostQueue<T> {
  first: T;
  last: T;
}
