import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How a client ends: see many-clients.mjs. */
export type ClientKind = 'polite' | 'mute' | 'dropper' | 'leaver' | 'quitter';

/** One client to be, known by the path it asks for. */
export interface ClientPlan {
  readonly kind: ClientKind;
  readonly path: string;
}

/** How an opening handshake was answered; `undefined` if TCP ended before. */
export type HandshakeAnswer = { readonly status: number; readonly retryAfter?: string } | undefined;

/** What one client saw. */
export interface ClientLog {
  readonly path: string;
  /** The server's Close. */
  readonly seen?: { readonly code: number; readonly reason: string };
  /** When it came, Unix ms. */
  readonly seenAt?: number;
  /** The code of its own Close. */
  readonly sent?: number;
  /** How TCP ended. */
  readonly end?: string;
}

/** Many clients of bare TCP, in a process of their own. */
export class ManyClients implements AsyncDisposable {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(): Promise<ManyClients> {
    const child = fork(fileURLToPath(new URL('many-clients.mjs', import.meta.url)), [], { execArgv: [] });
    await once(child, 'message');
    return new ManyClients(child);
  }

  /** Opens clients; resolves when each has its answer. */
  open(port: number, clients: readonly ClientPlan[]): Promise<readonly HandshakeAnswer[]> {
    return this.#ask({ ask: 'open', port, clients }) as Promise<readonly HandshakeAnswer[]>;
  }

  /** Leavers and quitters go within this time in ms. */
  async begin(withinMs: number): Promise<void> {
    await this.#ask({ ask: 'begin', withinMs });
  }

  /** What each saw, once the last has ended. */
  logs(): Promise<readonly ClientLog[]> {
    return this.#ask({ ask: 'logs' }) as Promise<readonly ClientLog[]>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** One question at a time. */
  async #ask(question: { readonly ask: string; readonly [detail: string]: unknown }): Promise<unknown> {
    const answered = once(this.#process, 'message') as Promise<[{ readonly answer: unknown }]>;
    this.#process.send(question);
    const [{ answer }] = await answered;
    return answer;
  }
}
