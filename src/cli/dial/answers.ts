/** Knows whether a message has come since the last line was sent. */
export class Answers {
  #isAwaited = false;
  #isOver = false;
  #wake: (() => void) | undefined;

  /** Called before a line is sent: a message that comes after this is an answer to it. */
  expect(): void {
    this.#isAwaited = true;
  }

  /** Called for each message. */
  came(): void {
    this.#isAwaited = false;
    this.#wake?.();
  }

  /** Called when no message can come any more. */
  over(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Resolves when no answer is missing, or `withinMs` has passed. */
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
