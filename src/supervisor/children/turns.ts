/** One piece of work, done before the next begins. It must neither throw nor reject. */
export type Turn = () => void | Promise<void>;

/**
 * Work done one after the other, as a process handles its messages. What needs no waiting is done at once, before
 * `take` returns, when nothing else is under way.
 */
export class Turns {
  #waiting: Turn[] = [];
  #isBusy = false;

  take(turn: Turn): void {
    this.#waiting.push(turn);
    if (!this.#isBusy) this.#work();
  }

  /** Takes out what waits. */
  clear(): readonly Turn[] {
    return this.#waiting.splice(0);
  }

  #work(): void {
    this.#isBusy = true;
    for (let turn = this.#waiting.shift(); turn !== undefined; turn = this.#waiting.shift()) {
      const pending = turn();
      if (pending !== undefined) {
        void pending.then(() => this.#work());
        return;
      }
    }
    this.#isBusy = false;
  }
}
