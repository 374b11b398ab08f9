import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../shared/free-port.mjs';

const READY_WITHIN_MS = 10_000;
const TRY_AGAIN_MS = 50;

/** How each message broker is started on a port of its own, with its data in a folder. */
const COMMANDS = Object.freeze({
  'nats-server': (port, folder) => ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder],
  'redis-server': (port, folder) => ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', folder],
});

/** A message broker in a process of its own, with its data in a temporary folder. */
export class BrokerProcess {
  port;
  #child;
  #folder;
  #exited;

  /**
   * Starts one and waits until it takes connections.
   *
   * @param {keyof typeof COMMANDS} program
   * @param {(command: readonly string[]) => readonly string[]} pinned
   * @throws {Error} when it is not installed, exits, or takes none within 10 s.
   */
  static async start(program, pinned) {
    const broker = new BrokerProcess();
    broker.#folder = await mkdtemp(join(tmpdir(), 'wirekeeper-bench-'));
    try {
      broker.port = await freePort();
      await broker.#begin(pinned([program, ...COMMANDS[program](broker.port, broker.#folder)]), program);
    } catch (error) {
      await broker.end();
      throw error;
    }
    return broker;
  }

  async #begin([program, ...args], name) {
    this.#child = spawn(program, args, { stdio: 'ignore' });
    let why;
    this.#child.once('error', (error) => (why = `could not be started: ${error.message}`));
    this.#exited = new Promise((resolve) => {
      this.#child.once('close', (code) => resolve((why ??= `has exited (${code})`)));
    });
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await takesConnections(this.port))) {
      if (performance.now() > until) why = 'takes no connections';
      if (why !== undefined)
        throw new Error(`${name} ${why}: scripts/install-peers.sh nats redis installs what is missing`);
      await wait(TRY_AGAIN_MS);
    }
  }

  async end() {
    if (this.#child?.pid !== undefined) {
      this.#child.kill('SIGKILL');
      await this.#exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
