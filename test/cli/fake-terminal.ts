import { PassThrough, Writable } from 'node:stream';
import type { ForkedWorker, SignalName, Terminal } from '../../src/cli/process/terminal.js';
import { run } from '../../src/cli/run.js';

/** Longer than anything here takes; output that has not come by then is reported as missing. */
const SAID_WITHIN_MS = 10_000;

/** A stream that records everything written to it, and can be awaited. */
export class Transcript extends Writable {
  text = '';
  readonly #waiters = new Set<() => void>();

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    for (const waiter of this.#waiters) waiter();
    done();
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Resolves with the first match of a pattern, as soon as there is one. */
  said(pattern: RegExp, withinMs = SAID_WITHIN_MS): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.text);
        if (found === null) return;
        clearTimeout(timer);
        this.#waiters.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(look);
        reject(new Error(`nobody said ${String(pattern)}, but:\n${this.text}`));
      }, withinMs);
      this.#waiters.add(look);
      look();
    });
  }
}

/** A terminal without a process: stdin is written by the test, signals are raised by it. */
export class FakeTerminal implements Terminal {
  readonly stdin = new PassThrough();
  readonly stdout = new Transcript();
  readonly stderr = new Transcript();
  readonly program = 'wirekeeper';
  readonly pid = 42;
  readonly env: Record<string, string> = {};
  readonly #listeners = new Set<(signal: SignalName) => void>();
  readonly #onUncaught = new Set<(thrown: unknown) => void>();
  nowMs = 0;
  readonly now = (): number => this.nowMs;

  forkWorker(): ForkedWorker {
    throw new Error('this terminal forks nobody');
  }

  onSignal(listener: (signal: SignalName) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A signal, some time after the one before. */
  raise(signal: SignalName = 'SIGTERM'): void {
    this.nowMs += 1_000;
    this.echo(signal);
  }

  /** The same signal, delivered once more. */
  echo(signal: SignalName = 'SIGTERM'): void {
    for (const listener of this.#listeners) listener(signal);
  }

  onUncaught(listener: (thrown: unknown) => void): () => void {
    this.#onUncaught.add(listener);
    return () => this.#onUncaught.delete(listener);
  }

  /** An error is thrown and not caught. */
  fault(thrown: unknown): void {
    for (const listener of this.#onUncaught) listener(thrown);
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }
}

/** A command that runs in this process. */
export interface Running {
  readonly terminal: FakeTerminal;
  readonly status: Promise<number>;
}

export function start(...args: string[]): Running {
  return startWith({}, ...args);
}

/** @param env the environment's variables. */
export function startWith(env: Readonly<Record<string, string>>, ...args: string[]): Running {
  const terminal = new FakeTerminal();
  Object.assign(terminal.env, env);
  return { terminal, status: run(args, '1.2.3', terminal) };
}

/** A service that has begun to listen, and where. */
export interface Serving extends Running {
  readonly authority: string;
}

export async function startService(...args: string[]): Promise<Serving> {
  const running = start('serve', '--port', '0', ...args);
  const [, authority = ''] = await running.terminal.stdout.said(/http:\/\/([\d.]+:\d+)/);
  return { ...running, authority };
}

/** Resolves with where a service listens, as its log for programs says. */
export async function listening({ terminal }: Running): Promise<string> {
  const [, authority = ''] = await terminal.stdout.said(/"http":"http:\/\/([\d.]+:\d+)/);
  return authority;
}

/** Interrupts a command, and resolves with its exit status. */
export async function stopped({ terminal, status }: Running): Promise<number> {
  terminal.raise();
  return status;
}
