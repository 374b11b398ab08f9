/** How many changes wait for a reader. */
const KEPT = 16;

/** A value that changes until it is final, as any number of async iterators: each yields the present one, then every change; one that is too far behind, the latest alone. */
export class StatusFeed<T> {
  readonly #feeds = new Set<Feed<T>>();
  #present: T;
  #isFinal = false;

  constructor(first: T) {
    this.#present = first;
  }

  get present(): T {
    return this.#present;
  }

  set(value: T): void {
    this.#present = value;
    for (const feed of this.#feeds) feed.push(value);
  }

  /** The present value is final. */
  end(): void {
    this.#isFinal = true;
    for (const feed of this.#feeds) feed.end();
  }

  iterate(): AsyncIterableIterator<T> {
    const feed = new Feed<T>(() => this.#feeds.delete(feed));
    feed.push(this.#present);
    if (this.#isFinal) feed.end();
    else this.#feeds.add(feed);
    return feed;
  }
}

/** One iterator; values wait for their reader, but no number of them for one who does not read. */
class Feed<T> implements AsyncIterableIterator<T> {
  readonly #values: T[] = [];
  readonly #readers: ((result: IteratorResult<T>) => void)[] = [];
  readonly #leave: () => void;
  #isDone = false;
  /** Whether its reader was so far behind that the latest value alone is kept, until it reads. */
  #isBehind = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  push(value: T): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ value, done: false });
      return;
    }
    this.#isBehind ||= this.#values.length === KEPT;
    if (this.#isBehind) this.#values.length = 0;
    this.#values.push(value);
  }

  end(): void {
    this.#isDone = true;
    this.#leave();
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<T>> {
    const [value] = this.#values;
    if (this.#values.length > 0) {
      this.#values.shift();
      this.#isBehind = false;
      return Promise.resolve({ value: value as T, done: false });
    }
    if (this.#isDone) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<IteratorResult<T>> {
    this.#values.length = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
