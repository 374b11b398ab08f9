import { type Connection, DeadlineError, EndedError } from '../../index.js';

/** How long a Ping of the user's waits for its Pong, in ms. */
export const PONG_WITHIN_MS = 5000;

/** Where the answers are shown. */
interface PongOutput {
  /** A Pong has come, so many ms after its Ping. */
  pong(latencyMs: number): void;
  /** None has come within `PONG_WITHIN_MS`. */
  noPong(withinMs: number): void;
}

/** The Pings that the user has asked for. Each is reported, unless its connection ends first. */
export class Pings {
  readonly #output: PongOutput;
  readonly #underWay = new Set<Promise<void>>();

  constructor(output: PongOutput) {
    this.#output = output;
  }

  /** Sends one. */
  send(connection: Connection): void {
    const answered = this.#answered(connection).finally(() => this.#underWay.delete(answered));
    this.#underWay.add(answered);
  }

  /** Sends one now, and one every so many ms, until the connection has ended. */
  sendEvery(everyMs: number, connection: Connection): void {
    this.send(connection);
    const timer = setInterval(() => this.send(connection), everyMs);
    void connection.closed.then(() => clearInterval(timer));
  }

  /** Resolves when each Ping that has been sent so far is answered, or will not be. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #answered(connection: Connection): Promise<void> {
    try {
      this.#output.pong(await connection.ping({ withinMs: PONG_WITHIN_MS }));
    } catch (error) {
      if (error instanceof DeadlineError) this.#output.noPong(PONG_WITHIN_MS);
      // The report of the connection says the rest.
      else if (!(error instanceof EndedError)) throw error;
    }
  }
}
