/** How many changes wait for a reader. */
const KEPT = 16;

/**
 * A value that changes until it is final, as any number of async iterators: each yields the present one, then every
 * change; one that is too far behind, the latest alone.
 *
 * The latest values are kept once for all readers, of which each knows its place: one that is dropped without `return`,
 * unread or half read, leaves nothing behind.
 */
export class StatusFeed<T> {
  /** The latest values, the present one last. */
  readonly #values: T[];
  /** How many values there were. */
  #count = 1;
  /** Those whose read awaits a value. */
  readonly #waiting = new Set<Reader<T>>();
  #isFinal = false;

  constructor(first: T) {
    this.#values = [first];
  }

  get present(): T {
    return this.#values.at(-1) as T;
  }

  /** How many values there were. */
  get count(): number {
    return this.#count;
  }

  get isFinal(): boolean {
    return this.#isFinal;
  }

  set(value: T): void {
    this.#values.push(value);
    this.#count += 1;
    if (this.#values.length > KEPT) this.#values.shift();
    this.#wake();
  }

  /** The present value is final. */
  end(): void {
    this.#isFinal = true;
    this.#wake();
  }

  /** The values from that place on; the latest alone when the first of them is kept no more. */
  from(place: number): readonly T[] {
    const behind = this.#count - place;
    return this.#values.slice(behind > KEPT ? -1 : this.#values.length - behind);
  }

  /** The reader is woken at the next change. */
  await(reader: Reader<T>): void {
    this.#waiting.add(reader);
  }

  forget(reader: Reader<T>): void {
    this.#waiting.delete(reader);
  }

  iterate(): AsyncIterableIterator<T> {
    return new Reader(this, this.#count - 1);
  }

  #wake(): void {
    const readers = [...this.#waiting];
    this.#waiting.clear();
    for (const reader of readers) reader.wake();
  }
}

/** One iterator, which has read up to a place in its feed. */
class Reader<T> implements AsyncIterableIterator<T> {
  readonly #feed: StatusFeed<T>;
  /** How many values have come before the next that it yields. */
  #place: number;
  #isDone = false;
  readonly #reads: ((result: IteratorResult<T>) => void)[] = [];

  constructor(feed: StatusFeed<T>, place: number) {
    this.#feed = feed;
    this.#place = place;
  }

  next(): Promise<IteratorResult<T>> {
    return new Promise((resolve) => {
      this.#reads.push(resolve);
      this.wake();
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#isDone = true;
    this.#feed.forget(this);
    this.wake();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Answers what reads it can. */
  wake(): void {
    while (this.#reads.length > 0) {
      const result = this.#take();
      if (result === undefined) {
        this.#feed.await(this);
        return;
      }
      this.#reads.shift()?.(result);
    }
  }

  /** The next result; `undefined` as long as there is none. */
  #take(): IteratorResult<T> | undefined {
    if (this.#isDone) return { value: undefined, done: true };
    const values = this.#feed.from(this.#place);
    if (values.length === 0) return this.#feed.isFinal ? { value: undefined, done: true } : undefined;
    this.#place = this.#feed.count - values.length + 1;
    return { value: values[0] as T, done: false };
  }
}
