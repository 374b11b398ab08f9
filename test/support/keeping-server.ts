import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What the server has seen since it was asked last. */
export interface Book {
  /** Who is served now, in number. */
  readonly live: number;
  /** Opening handshakes with a token that is no good. */
  readonly refused: number;
  /** Two connections of one dialer at a time, and epochs that do not rise. */
  readonly faults: readonly string[];
  /** When TCP connections were accepted, Unix ms. */
  readonly accepts: readonly number[];
  /** How long each of them had been on its way, in ms. */
  readonly delays: readonly number[];
}

/** A server that keeps a book on whom it serves, in a process of its own. */
export class KeepingServer {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** @param token what dialers must bring. */
  static async start(token: string, port = 0): Promise<KeepingServer> {
    const child = fork(fileURLToPath(new URL('keeping-server.mjs', import.meta.url)), [String(port), token], {
      execArgv: [],
    });
    const [ready] = (await once(child, 'message')) as [{ port: number }];
    return new KeepingServer(child, ready.port);
  }

  book(): Promise<Book> {
    return this.#ask({ ask: 'book' }) as Promise<Book>;
  }

  /** Drops `count` of its clients, without a Close. */
  async cut(count: number): Promise<void> {
    await this.#ask({ ask: 'cut', count });
  }

  /** Kills it. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  async #ask(question: { readonly ask: string; readonly count?: number }): Promise<unknown> {
    const answered = once(this.#process, 'message');
    this.#process.send(question);
    const [answer] = await answered;
    return answer;
  }
}
