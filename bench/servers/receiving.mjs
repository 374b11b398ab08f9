import { readFileSync } from 'node:fs';
import { answerHarness } from './answer.mjs';

/** How a message is consumed; who has one way only has it for both. */
export const STYLES = ['iterated', 'pushed'];

/** What one connection of a receiver has counted. */
class Lane {
  #count = 0;
  #from = 0;
  #expected = Number.POSITIVE_INFINITY;
  #done = () => {};

  /** A message has come. */
  take() {
    if (this.#count === 0) this.#from = performance.now();
    this.#count += 1;
    if (this.#count === this.#expected) this.#done(performance.now());
  }

  /** Waits until this many have come since the last time, and forgets them. */
  async counted(expected) {
    const to = await new Promise((resolve) => {
      this.#done = resolve;
      this.#expected = expected;
      if (this.#count >= expected) resolve(performance.now());
    });
    if (this.#count !== expected) throw new Error(`${this.#count} messages came instead of ${expected}`);
    const ms = to - this.#from;
    this.#count = 0;
    this.#expected = Number.POSITIVE_INFINITY;
    return { ms };
  }
}

/**
 * Answers the harness for a client that receives.
 *
 * @param {{ tls?: { cert: string } }} settings
 * @param {(target: { url: string, ca: Buffer | undefined, style: 'iterated' | 'pushed', take: () => void }) => unknown}
 * dial opens a connection that calls `take` for each message
 */
export function answerReceiver({ tls }, dial) {
  const lanes = {};
  const asks = {
    dial: async ({ port, style }) => {
      const url = `${tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/`;
      const lane = new Lane();
      await dial({ url, ca: tls && readFileSync(tls.cert), style, take: () => lane.take() });
      lanes[style] = lane;
    },
    counted: ({ style, messages }) => lanes[style].counted(messages),
  };
  answerHarness({ port: undefined, countConnections: () => Object.keys(lanes).length, asks });
}
