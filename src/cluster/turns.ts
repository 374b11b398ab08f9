import type { Clock } from '../supervisor/api/clock.js';

/** How much is done in one turn of the event loop, and how much of what takes its time is under way. */
const MOST = 256;

/** Does the same with many, so many in each turn of the event loop: a node with 100,000 topics goes on meanwhile. */
export class Turns<T> {
  readonly #clock: Clock;
  readonly #work: (each: T) => Promise<void> | undefined;
  readonly #waiting = new Set<T>();
  #leftInTurn = MOST;
  #underWay = 0;
  #turn: unknown;

  /** @param work does it with one; a promise that it returns never rejects. */
  constructor(clock: Clock, work: (each: T) => Promise<void> | undefined) {
    this.#clock = clock;
    this.#work = work;
  }

  /** Does it with one: at once, unless there are many. */
  push(each: T): void {
    this.#waiting.add(each);
    this.#goOn();
  }

  /** Does it with one at once, if it waits. */
  hurry(each: T): void {
    if (this.#waiting.delete(each)) this.#do(each);
  }

  /** Those that wait are forgotten. */
  clear(): void {
    this.#waiting.clear();
    this.#clock.clearTimeout(this.#turn);
    this.#turn = undefined;
    this.#leftInTurn = MOST;
  }

  #goOn(): void {
    for (const each of this.#waiting) {
      if (this.#leftInTurn === 0 || this.#underWay >= MOST) return;
      this.#waiting.delete(each);
      this.#leftInTurn -= 1;
      this.#turn ??= this.#clock.setTimeout(() => this.#nextTurn(), 0);
      this.#do(each);
    }
  }

  #nextTurn(): void {
    this.#turn = undefined;
    this.#leftInTurn = MOST;
    this.#goOn();
  }

  #do(each: T): void {
    const done = this.#work(each);
    if (done === undefined) return;
    this.#underWay += 1;
    void done.then(() => {
      this.#underWay -= 1;
      this.#goOn();
    });
  }
}
