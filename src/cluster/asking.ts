import type { Clock } from '../supervisor/api/clock.js';

/** What came of a question to all other nodes. */
export interface Answers {
  readonly values: ReadonlyMap<string, number>;
  /** The nodes that have not answered in time. */
  readonly unanswered: readonly string[];
}

interface Question {
  readonly values: Map<string, number>;
  readonly open: Set<string>;
  readonly settle: () => void;
}

/** Questions to all nodes, each with the nodes that have not answered yet. */
export class Asking {
  readonly #clock: Clock;
  readonly #questions = new Map<number, Question>();
  #asked = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks, and resolves when all of `nodes` have answered, or after `withinMs`. Never rejects.
   *
   * @param ask says the question; `false` if nobody can hear it.
   */
  ask(nodes: readonly string[], withinMs: number, ask: (request: number) => boolean): Promise<Answers> {
    this.#asked += 1;
    const request = this.#asked;
    return new Promise((resolve) => {
      const values = new Map<string, number>();
      const open = new Set(nodes);
      const settle = () => {
        this.#questions.delete(request);
        this.#clock.clearTimeout(timer);
        letGo?.();
        resolve({ values, unanswered: [...open] });
      };
      const letGo = this.#clock.keepAlive?.();
      const timer = this.#clock.setTimeout(settle, withinMs);
      this.#questions.set(request, { values, open, settle });
      if (!ask(request) || open.size === 0) settle();
    });
  }

  answered(request: number, node: string, value: number): void {
    const question = this.#questions.get(request);
    if (question === undefined) return;
    question.values.set(node, value);
    question.open.delete(node);
    if (question.open.size === 0) question.settle();
  }

  /** Nobody answers any more. */
  close(): void {
    for (const { settle } of [...this.#questions.values()]) settle();
  }
}
