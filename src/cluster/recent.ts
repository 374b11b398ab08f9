/** How many heartbeats repeat what has changed. */
const BEATS = 3;

/** What changed lately, by key: each of the next heartbeats repeats it, so that a node that has missed it asks. */
export class Recent<T> {
  readonly #values = new Map<string, { readonly value: T; beats: number }>();

  set(key: string, value: T): void {
    this.#values.set(key, { value, beats: 0 });
  }

  /** What the next heartbeat says: at most `most` values, those first that were said least often. */
  take(most: number): readonly T[] {
    const waiting = [...this.#values].sort(([, a], [, b]) => a.beats - b.beats).slice(0, most);
    for (const [key, recent] of waiting) {
      recent.beats += 1;
      if (recent.beats >= BEATS) this.#values.delete(key);
    }
    return waiting.map(([, { value }]) => value);
  }
}
