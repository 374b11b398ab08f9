import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from '../../dist/index.js';

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const MODULE = fileURLToPath(new URL('service.mjs', import.meta.url));
const READY_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 20_000;

/** `wirekeeper serve --workers`, and a connection to each of its workers. */
export class ServiceProcess {
  #child;
  #stderr = '';
  #controls = [];
  #waiting = new Map();
  /** The warnings and errors of its log, counted by event. */
  troubles = {};
  port;

  /** @throws {Error} when it exits, or is not ready within a minute. */
  static async start({ workers, spreadMs }) {
    const started = new ServiceProcess(workers, spreadMs);
    try {
      const { http } = await started.said('service.listening', READY_WITHIN_MS);
      started.port = Number(new URL(http).port);
      await started.#reachWorkers(workers);
    } catch (error) {
      await started.end();
      throw error;
    }
    return started;
  }

  constructor(workers, spreadMs) {
    const args = ['--workers', workers, '--port', 0, '--json', '--drain-spread', spreadMs, MODULE];
    this.#child = spawn(process.execPath, [COMMAND, 'serve', ...args.map(String)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.once('exit', (code, signal) =>
      this.#failAll(`the service has exited (${signal ?? code}) ${this.#stderr}`),
    );
    this.#child.stderr.on('data', (text) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-2000);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
  }

  get pid() {
    return this.#child.pid;
  }

  /** Resolves with the next line of the log that has this event. @throws {Error} when none comes, by rejection. */
  said(event, withinMs) {
    return new Promise((resolve, reject) => {
      const fail = (message) => {
        clearTimeout(late);
        this.#waiting.delete(event);
        reject(new Error(message.trim()));
      };
      const late = setTimeout(() => fail(`the service has not said ${event} within ${withinMs / 1000} s`), withinMs);
      const heard = (entry) => {
        clearTimeout(late);
        resolve(entry);
      };
      this.#waiting.set(event, { heard, fail });
    });
  }

  /** Asks each worker that there was at the start. */
  ask(question) {
    return Promise.all(this.#controls.map((control) => ask(control, question)));
  }

  /** Replaces all workers; resolves when that is over. */
  reload(withinMs) {
    const reloaded = this.said('service.reloaded', withinMs);
    this.#child.kill('SIGHUP');
    return reloaded;
  }

  /** Drains it; kills it, by its id, when that takes too long. */
  async end() {
    for (const control of this.#controls) control.terminate();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await exited;
    clearTimeout(late);
  }

  /** The worker with the fewest sockets gets the next one: while these are the only ones, each gets one. */
  async #reachWorkers(workers) {
    const pids = new Set();
    while (pids.size < workers) {
      const control = await connect(`ws://127.0.0.1:${this.port}/control`);
      const { pid } = await ask(control, 'usage');
      this.#controls.push(control);
      if (pids.has(pid)) throw new Error(`worker ${pid} has two of the first ${workers} sockets`);
      pids.add(pid);
    }
  }

  #hear(line) {
    // By far the most lines, and none of them is awaited.
    if (line.includes('"event":"connection.')) return;
    const entry = JSON.parse(line);
    if (entry.level === 'warn' || entry.level === 'error')
      this.troubles[entry.event] = (this.troubles[entry.event] ?? 0) + 1;
    this.#waiting.get(entry.event)?.heard(entry);
    this.#waiting.delete(entry.event);
    if (entry.event === 'service.reload-failed') this.#failAll(`the reload has failed: ${line}`);
  }

  #failAll(message) {
    for (const { fail } of [...this.#waiting.values()]) fail(message);
  }
}

async function ask(control, question) {
  control.send(question);
  const answer = await control.receive({ withinMs: ANSWER_WITHIN_MS });
  if (answer === undefined) throw new Error('a worker has closed the connection that asks it');
  return answer.json();
}
