import { deferred } from '../time/deferred.js';

/**
 * Does tasks one after the other, as an OTP process handles its messages. When no task is under way, `post` does the
 * task before it returns, up to its first wait.
 */
export class Mailbox {
  #waiting: Task[] = [];
  #isBusy = false;

  post(task: Task): void {
    this.#waiting.push(task);
    if (!this.#isBusy) this.#work();
  }

  /** Posts a task that has a result; rejects with what it throws. */
  call<T>(act: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = deferred<T>();
    this.post(() => {
      try {
        const result = act();
        if (result instanceof Promise) return result.then(resolve, reject);
        resolve(result);
      } catch (error) {
        reject(error);
      }
      return undefined;
    });
    return promise;
  }

  /** Removes the tasks that wait, and returns them. */
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

/** One piece of work. It neither throws nor rejects. A promise that it returns is awaited before the next task. */
export type Task = () => void | Promise<void>;
