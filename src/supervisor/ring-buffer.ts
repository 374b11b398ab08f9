/** The last values of a series, in a ring. */
export class RingBuffer<T> {
  readonly #most: number;
  readonly #ring: T[] = [];
  #oldest = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(value: T): void {
    if (this.#ring.length < this.#most) {
      this.#ring.push(value);
      return;
    }
    this.#ring[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % this.#most;
  }

  /** A copy, oldest first. */
  toArray(): readonly T[] {
    return [...this.#ring.slice(this.#oldest), ...this.#ring.slice(0, this.#oldest)];
  }
}
