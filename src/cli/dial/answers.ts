/** Knows whether a message has come since the last line was sent. */
export class Answers {
  #isAwaited = false;
  #isOver = false;
  #wake: (() => void) | undefined;

  /** A line is about to be sent: what comes from here on is an answer to it. */
  expect(): void {
    this.#isAwaited = true;
  }

  /** A message has come. */
  came(): void {
    this.#isAwaited = false;
    this.#wake?.();
  }

  /** None will come any more. */
  over(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Resolves when no answer is awaited any more, or `withinMs` have passed. */
  async settled(withinMs: number): Promise<void> {
    if (!this.#isAwaited || this.#isOver || withinMs === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
