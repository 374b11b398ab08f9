/** Keeps the last values that were added, up to a fixed number. */
export class RingBuffer<T> {
  readonly #capacity: number;
  readonly #ring: T[] = [];
  #oldest = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(value: T): void {
    if (this.#ring.length < this.#capacity) {
      this.#ring.push(value);
      return;
    }
    this.#ring[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  /** Returns a copy of the values, oldest first. */
  toArray(): readonly T[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }
}
