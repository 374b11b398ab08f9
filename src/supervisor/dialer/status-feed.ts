/** The number of values kept for readers that are behind. */
const KEPT = 16;

/**
 * A value that changes until it is final, as any number of async iterators. Each iterator yields the present value,
 * then every change; when it is too far behind, it yields the latest value only.
 *
 * The latest values are kept once for all readers, and each reader knows its place. So a reader that is dropped without
 * `return` leaves nothing behind.
 */
export class StatusFeed<T> {
  /** The latest values, the present one last. */
  readonly #values: T[];
  /** The number of values so far. */
  #count = 1;
  /** The readers that wait for a value. */
  readonly #waiting = new Set<Reader<T>>();
  #isFinal = false;

  constructor(first: T) {
    this.#values = [first];
  }

  get present(): T {
    return this.#values.at(-1) as T;
  }

  /** The number of values so far. */
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

  /** Returns the values from a place on, or only the latest if the first of them is not kept any more. */
  from(place: number): readonly T[] {
    const behind = this.#count - place;
    return this.#values.slice(behind > KEPT ? -1 : this.#values.length - behind);
  }

  /** Wakes the reader at the next change. */
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
  /** The number of values before the next one to yield. */
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

  /** Answers as many reads as it can. */
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

  /** Returns the next result, or `undefined` while there is none. */
  #take(): IteratorResult<T> | undefined {
    if (this.#isDone) return { value: undefined, done: true };
    const values = this.#feed.from(this.#place);
    if (values.length === 0) return this.#feed.isFinal ? { value: undefined, done: true } : undefined;
    this.#place = this.#feed.count - values.length + 1;
    return { value: values[0] as T, done: false };
  }
}
