import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a program runs: on which processor, where there are two, and who goes before whom there. */
export interface Place {
  readonly processor: 0 | 1;
  /** `first`: before all others, as if it were alone. `last`: when nobody else wants to. */
  readonly turn?: 'first' | 'last';
  /** V8's other threads run on the other processor, as they do on a machine with many. */
  readonly isLoopAlone?: boolean;
  readonly nodeFlags?: readonly string[];
}

/** Arguments of chrt(1). nice(1) is not enough: such a program runs on for 3 ms when another one wakes. */
const TURNS = { first: ['-f', '-p', '1'], last: ['-i', '-p', '0'] };

/** Has the system place a program. It may not be allowed, or the command be missing: then the figures swing more. */
function place(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) process.stdout.write(`${command} ${args.join(' ')} has failed: ${stderr || 'it is missing'}\n`);
}

/** One of the programs of this folder, in a process of its own. It answers one order at a time. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Starts a program, and waits until it says that it is ready. */
  static async start(
    name: string,
    { processor, turn, isLoopAlone = false, nodeFlags = [] }: Place,
    ...args: readonly unknown[]
  ): Promise<Program> {
    const path = fileURLToPath(new URL(`${name}-program.mjs`, import.meta.url));
    const child = fork(path, args.map(String), { execArgv: [...nodeFlags] });
    const pid = String(child.pid);
    const program = new Program(child);
    await program.#answer();
    // V8's threads are there by now.
    place('taskset', '-a', '-c', '-p', String(isLoopAlone ? 1 - processor : processor), pid);
    place('taskset', '-c', '-p', String(processor), pid);
    if (turn !== undefined) place('chrt', '-a', ...TURNS[turn], pid);
    return program;
  }

  tell(order: object): void {
    this.#child.send(order);
  }

  async ask<Answer>(order: object): Promise<Answer> {
    this.tell(order);
    return await this.#answer<Answer>();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }

  async #answer<Answer>(): Promise<Answer> {
    const answered = new AbortController();
    const { signal } = answered;
    try {
      return await Promise.race([
        once(this.#child, 'message', { signal }).then(([answer]) => answer as Answer),
        once(this.#child, 'exit', { signal }).then(([code, by]) => {
          throw new Error(`the program has ended: ${code ?? by}`);
        }),
      ]);
    } finally {
      answered.abort();
    }
  }
}
