/** Choices that were made before the run: the same ones each time, and all zeros in the simplest run. */
export class Picks {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** The next number, below `bound`. */
  below(bound: number): number {
    const number = this.#numbers[this.#at % this.#numbers.length] ?? 0;
    // Each round through the list gives other numbers.
    const round = Math.floor(this.#at / Math.max(1, this.#numbers.length));
    this.#at += 1;
    return (number + round * 7) % bound;
  }

  of<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new Error('there is nothing to pick from');
    return picked;
  }
}
