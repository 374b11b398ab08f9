import { BenchProcess } from './child-process.mjs';
import { Contestant } from './contestant.mjs';

/**
 * One run of the bench as its scenarios see it: who takes part, how much is measured, and where contestants come from.
 * It ends every process that it started, also when a scenario is interrupted.
 */
export class Bench {
  /** `full`, `quick`, or `smoke`: which of a scenario's sizes are taken. */
  size;
  /** `{ scenario, peer, message }` of each contestant that could not be measured. */
  failures = [];
  #peers;
  #pinning;
  #progress;
  #alive = new Set();
  #isOver = false;
  #scenario = '';

  /**
   * @param {{ peers: readonly object[], pinning: object, size: string, progress: (text: string) => void }} options
   */
  constructor({ peers, pinning, size, progress }) {
    this.#peers = peers;
    this.#pinning = pinning;
    this.size = size;
    this.#progress = progress;
  }

  begin(scenario) {
    this.#scenario = scenario;
  }

  say(text) {
    this.#progress(`${this.#scenario}: ${text}`);
  }

  /** Those who take part and know the mode, in order. */
  peersFor(mode) {
    return this.#peers.filter((peer) => peer.modes.includes(mode));
  }

  /**
   * Starts a peer's server and load, and prepares them; `undefined`, with a note of the failure, when that does not
   * work.
   */
  enter(peer, settings, prepare) {
    return this.enterAs(peer.name, (pinning) => Contestant.start(peer, pinning, settings), prepare);
  }

  /** The same for a contestant of another kind, which `start` starts. */
  async enterAs(name, start, prepare) {
    if (this.#isOver) throw new Error('interrupted');
    return this.attempt(name, async () => {
      const contestant = await start(this.#pinning);
      this.#alive.add(contestant);
      try {
        await prepare(contestant);
      } catch (error) {
        await this.leave(contestant);
        throw error;
      }
      return contestant;
    });
  }

  /** Ends a contestant or a process. */
  async leave(one) {
    this.#alive.delete(one);
    await one.end();
  }

  /** A command, on the core of its role. */
  pinned(role, command) {
    return this.#pinning.pinned(role, command.map(String));
  }

  /** Runs something with a process of its own on the servers' core. */
  async withProcess(title, command, run) {
    if (this.#isOver) throw new Error('interrupted');
    const started = await BenchProcess.start({ title, command: this.#pinning.pinned('server', command) });
    this.#alive.add(started);
    try {
      return await run(started);
    } finally {
      await this.leave(started);
    }
  }

  /** Runs something of one peer; its failure is noted and does not stop the others. */
  async attempt(peer, run) {
    try {
      return await run();
    } catch (error) {
      if (this.#isOver) throw error;
      this.failures.push({ scenario: this.#scenario, peer, message: error.message });
      this.say(`${peer} failed: ${error.message}`);
      return undefined;
    }
  }

  async end() {
    this.#isOver = true;
    await Promise.all([...this.#alive].map((one) => this.leave(one)));
  }
}
