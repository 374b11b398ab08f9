import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a program runs: on which processor, where there are two, and whether all others go before it. */
export interface Place {
  readonly processor: 0 | 1;
  readonly isIdle?: boolean;
  readonly nodeFlags?: readonly string[];
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
    { processor, isIdle = false, nodeFlags = [] }: Place,
    ...args: readonly unknown[]
  ): Promise<Program> {
    const path = fileURLToPath(new URL(`${name}-program.mjs`, import.meta.url));
    const child = fork(path, args.map(String), { execArgv: [...nodeFlags] });
    const pid = String(child.pid);
    // Only the loop's thread: V8 has its own collect garbage. Where these commands are missing the figures swing more.
    spawnSync('taskset', ['-c', '-p', String(processor), pid]);
    // It runs when nobody else wants to: one that is only nice goes on for 3 ms when another one wakes.
    if (isIdle) spawnSync('chrt', ['-a', '-i', '-p', '0', pid]);
    const program = new Program(child);
    await program.#answer();
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
