import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Debian's own interpreter: the module of its package is seen by no other. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('../foreign/python_peer.py', import.meta.url));

/** Whether python3-websockets is installed. */
export const hasPythonPeer = spawnSync(PYTHON, ['-c', 'import websockets']).status === 0;

/** What the peer reports. */
export type PythonEvent =
  | { readonly event: 'listening'; readonly port: number }
  | { readonly event: 'open'; readonly subprotocol: string | null; readonly extensions: readonly string[] }
  | { readonly event: 'message'; readonly text?: string; readonly base64?: string }
  | { readonly event: 'pinged' }
  | { readonly event: 'pong'; readonly payload: string }
  | { readonly event: 'closed'; readonly code: number; readonly reason: string };

/** The orders that the peer takes. */
export type PythonOrder =
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'binary'; readonly base64: string }
  /** One message, each text a fragment of its own. */
  | { readonly do: 'fragments'; readonly texts: readonly string[] }
  | { readonly do: 'ping'; readonly payload: string }
  | { readonly do: 'close'; readonly code: number; readonly reason: string };

/** A foreign client or server: python3-websockets in a process of its own. */
export class PythonPeer implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(args: readonly string[]) {
    this.#child = spawn(PYTHON, [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** A client that has been asked to connect. */
  static client(url: string, ...protocols: readonly string[]): PythonPeer {
    return new PythonPeer(['client', url, ...protocols]);
  }

  /** A server that listens, and where. */
  static async server(...protocols: readonly string[]): Promise<{ peer: PythonPeer; url: string }> {
    const peer = new PythonPeer(['server', ...protocols]);
    const { port } = await peer.next('listening');
    return { peer, url: `ws://127.0.0.1:${port}/` };
  }

  do(order: PythonOrder): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  /** The next event of a kind; others before it are passed over. */
  async next<Kind extends PythonEvent['event']>(kind: Kind): Promise<Extract<PythonEvent, { event: Kind }>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the python peer ended before it reported ${kind}`);
      const event = JSON.parse(value) as PythonEvent;
      if (event.event === kind) return event as Extract<PythonEvent, { event: Kind }>;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
