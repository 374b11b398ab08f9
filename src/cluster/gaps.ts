import type { BrokerLink } from './port/broker.js';

/**
 * Reports the topics that were followed again on one link, once the broker has dealt with it. So a program that learns
 * of a gap, and reads elsewhere what it may have missed, receives all that is published from then on.
 */
export class Gaps {
  readonly #link: BrokerLink;
  readonly #report: (topic: string) => void;
  #waiting: string[] = [];
  #isAsking = false;
  #isOver = false;

  constructor(link: BrokerLink, report: (topic: string) => void) {
    this.#link = link;
    this.#report = report;
  }

  /** A topic has just been subscribed on the link. */
  add(topic: string): void {
    this.#waiting.push(topic);
    if (!this.#isAsking) void this.#ask();
  }

  /** The link has ended. On the next one the same topics have a gap again. */
  end(): void {
    this.#isOver = true;
  }

  /** Many topics share one question: those that come meanwhile wait for the next. */
  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      try {
        await this.#link.flush();
      } catch {
        // The link has ended, which is reported as such.
        return;
      }
      if (this.#isOver) return;
      for (const topic of asked) this.#report(topic);
    }
    this.#isAsking = false;
  }
}
