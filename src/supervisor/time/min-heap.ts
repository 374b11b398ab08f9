/** A binary heap: the first of its items is at hand, in O(1); adding one and taking the first cost O(log n). */
export class MinHeap<T> {
  readonly #isBefore: (a: T, b: T) => boolean;
  #items: T[] = [];

  /** @param isBefore a strict order: false for equal items. */
  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The first item, or `undefined` if there is none. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = items[up] as T;
      if (!this.#isBefore(item, parent)) break;
      items[at] = parent;
      at = up;
    }
    items[at] = item;
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length > 0) this.#sink(last as T);
    return first;
  }

  /** Drops every item that `isKept` denies, in O(n log n). */
  retain(isKept: (item: T) => boolean): void {
    // A sorted array is a heap.
    this.#items = this.#items.filter(isKept).sort((a, b) => (this.#isBefore(a, b) ? -1 : 1));
  }

  clear(): void {
    this.#items = [];
  }

  /** Puts an item at the root and lets it sink to its place. */
  #sink(item: T): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= items.length) break;
      if (down + 1 < items.length && this.#isBefore(items[down + 1] as T, items[down] as T)) down += 1;
      const child = items[down] as T;
      if (!this.#isBefore(child, item)) break;
      items[at] = child;
      at = down;
    }
    items[at] = item;
  }
}
