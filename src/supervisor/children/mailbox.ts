/** One piece of work, done before the next begins. It must neither throw nor reject. */
export type Task = () => void | Promise<void>;

/**
 * Work done one after the other, as a process handles its messages. What needs no waiting is done at once, before
 * `post` returns, when nothing else is under way.
 */
export class Mailbox {
  #waiting: Task[] = [];
  #isBusy = false;

  post(task: Task): void {
    this.#waiting.push(task);
    if (!this.#isBusy) this.#work();
  }

  /** Takes out what waits. */
  takeWaiting(): readonly Task[] {
    return this.#waiting.splice(0);
  }

  #work(): void {
    this.#isBusy = true;
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      const pending = task();
      if (pending !== undefined) {
        void pending.then(() => this.#work());
        return;
      }
    }
    this.#isBusy = false;
  }
}
