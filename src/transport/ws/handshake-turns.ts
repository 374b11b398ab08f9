/** How long opening handshakes are decided in one turn of the event loop, in ms; the last one may take it further. */
const MS_PER_TURN = 1;

/**
 * Has the opening handshakes of this process decided in turns of the event loop: thousands of clients that come at once
 * keep connections that are open waiting for a millisecond, and not until all of them are in.
 */
export class HandshakeTurns {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  /** When the first one of this turn began. */
  #begun: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Calls `decide` at once if there is time in this turn, and else in a later one, after those that wait already. */
  run(decide: () => void): void {
    if (this.#begun === undefined) this.#begin();
    if (this.#waiting.length > 0 || !this.#hasTime()) this.#waiting.push(decide);
    else decide();
  }

  #begin(): void {
    this.#begun = this.#now();
    setImmediate(HandshakeTurns.#next, this);
  }

  #hasTime(): boolean {
    return this.#begun !== undefined && this.#now() - this.#begun < MS_PER_TURN;
  }

  static #next(turns: HandshakeTurns): void {
    turns.#begun = undefined;
    if (turns.#waiting.length > 0) turns.#serve();
  }

  #serve(): void {
    this.#begin();
    let served = 0;
    try {
      while (served < this.#waiting.length && this.#hasTime()) {
        served += 1;
        (this.#waiting[served - 1] as () => void)();
      }
    } finally {
      this.#waiting.splice(0, served);
    }
  }
}

/** One for all: they share the loop. */
export const handshakeTurns = new HandshakeTurns(() => performance.now());
