/** How many heartbeats repeat what has changed. */
const BEATS = 3;

/** What changed lately, by key: each of the next heartbeats repeats it, so that a node that has missed it asks. */
export class Recent<T> {
  /** By how often it was said. */
  readonly #said: readonly Map<string, T>[] = Array.from({ length: BEATS }, () => new Map());

  set(key: string, value: T): void {
    for (const values of this.#said) values.delete(key);
    this.#said[0]?.set(key, value);
  }

  /** What the next heartbeat says: at most `most` values, those first that were said least often. */
  take(most: number): readonly T[] {
    const taken: { readonly key: string; readonly value: T; readonly times: number }[] = [];
    for (const [times, values] of this.#said.entries()) {
      for (const [key, value] of values) {
        if (taken.length === most) break;
        taken.push({ key, value, times });
      }
    }
    for (const { key, value, times } of taken) {
      this.#said[times]?.delete(key);
      this.#said[times + 1]?.set(key, value);
    }
    return taken.map(({ value }) => value);
  }
}
