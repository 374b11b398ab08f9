import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 120_000;
const EXIT_WITHIN_MS = 2000;

/** One process of the bench, on a core of its own, that answers asks (`shared/asks.mjs` is its other end). */
export class BenchProcess {
  #title;
  #child;
  #waiting = new Map();
  #nextId = 1;
  #stderr = '';
  /** What it reported when it was ready: `pid`, and a server's `port`. */
  ready;
  /** Resolves when it has exited. */
  exited;

  /**
   * Starts one and waits until it is ready.
   *
   * @param {{ title: string, command: readonly string[], env?: Record<string, string> }} options
   * @throws {Error} when it exits, or is not ready within 20 s.
   */
  static async start(options) {
    const started = new BenchProcess(options);
    try {
      started.ready = await started.#answerTo('ready', READY_WITHIN_MS);
    } catch (error) {
      await started.end();
      throw error;
    }
    return started;
  }

  constructor({ title, command: [program, ...args], env = {} }) {
    this.#title = title;
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => this.#failAll(`${title} could not be started: ${error.message}`, resolve));
      this.#child.once('exit', (code, signal) =>
        this.#failAll(`${title} has exited (${signal ?? code}) ${this.#stderr}`.trim(), resolve),
      );
    });
    // A process that has exited takes no more asks; its exit has already failed them.
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.on('data', (text) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws {Error} when it answers with an error, exits, or takes longer than two minutes.
   */
  ask(ask, args = {}) {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#child.stdin.write(`${JSON.stringify({ ...args, id, ask })}\n`);
    return this.#answerTo(id, ANSWER_WITHIN_MS);
  }

  /** Ends it by closing its stdin; kills it, by its id, when that is not enough. */
  async end() {
    if (this.#child.pid === undefined) return;
    this.#child.stdin.end();
    const killTimer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_WITHIN_MS);
    await this.exited;
    clearTimeout(killTimer);
  }

  #answerTo(id, withinMs) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => this.#settle(id, undefined, `${this.#title} did not answer within ${withinMs / 1000} s`),
        withinMs,
      );
      this.#waiting.set(id, { resolve, reject, late });
    });
  }

  #hear({ id, ready, answer, error }) {
    if (ready !== undefined) this.#settle('ready', ready);
    else this.#settle(id, answer, error === undefined ? undefined : `${this.#title}: ${error}`);
  }

  #settle(id, answer, message) {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.late);
    if (message === undefined) waiting.resolve(answer);
    else waiting.reject(new Error(message));
  }

  #failAll(message, resolve) {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined, message);
    resolve();
  }
}
