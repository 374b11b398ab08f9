import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { CloseFrame } from '../../src/transport/close-report.js';
import { eventually } from '../support/eventually.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';

/** What a stack can be. */
export type ForeignRole = 'client' | 'server';

/** A foreign implementation of WebSocket: a program that takes orders and reports, as in the folders beside. */
export interface Stack {
  readonly name: string;
  /** Why it cannot run; `undefined` if it can. */
  readonly missing: string | undefined;
  readonly roles: readonly ForeignRole[];
  /** The program and its arguments. The role comes after them, and a server's identity and subprotocols. */
  readonly command: readonly [program: string, ...args: string[]];
  /** Whether its user can send a Ping. Default `true`. */
  readonly canPing?: boolean;
  /** Whether its process is the whole of it, so that to kill or freeze it ends or freezes its socket. Default `true`. */
  readonly isOneProcess?: boolean;
  /** Whether a message can be sent in fragments. */
  readonly canFragment: boolean;
  /** Whether it can begin an ending with any code that RFC 6455 allows, and not only with 1000 and an application's. */
  readonly canCloseWithAnyCode: boolean;
  /** Its answer to our Close, which is the same Close as a rule (RFC 6455 section 5.5.1). */
  readonly answerTo: (close: CloseFrame) => CloseFrame;
}

/** What a foreign peer reports. */
export type PeerEvent =
  | { readonly event: 'listening'; readonly port: number; readonly tlsPort: number }
  /** `isDeflated` is absent if the stack does not say it. */
  | { readonly event: 'open'; readonly subprotocol: string; readonly isDeflated?: boolean }
  | { readonly event: 'failed'; readonly message: string }
  | { readonly event: 'message'; readonly text?: string; readonly base64?: string }
  | { readonly event: 'pong' }
  /** The Close that came from us, or the code by which the stack says that none came. */
  | { readonly event: 'closed'; readonly code: number; readonly reason: string };

/** The orders that a foreign peer takes. */
export type PeerOrder =
  | { readonly do: 'connect'; readonly url: string; readonly protocols: readonly string[] }
  | { readonly do: 'send'; readonly text: string; readonly isFragmented: boolean }
  | { readonly do: 'send'; readonly base64: string; readonly isFragmented: boolean }
  | { readonly do: 'ping' }
  | { readonly do: 'close'; readonly code: number; readonly reason: string };

/** A foreign stack in a process of its own, in one role; one connection after the other. */
export class ForeignPeer implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #exited: Promise<unknown>;
  #isOpen = false;
  #ports = { port: 0, tlsPort: 0 };

  private constructor({ command: [program, ...args] }: Stack, role: ForeignRole, more: readonly string[] = []) {
    this.#child = spawn(program, [...args, role, ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exited = once(this.#child, 'exit');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts a client, or a server that listens: on one port in plain text, and on another with TLS. */
  static async start(stack: Stack, role: ForeignRole, ...protocols: readonly string[]): Promise<ForeignPeer> {
    if (role === 'client') return new ForeignPeer(stack, role);
    const folder = mkdtempSync(join(tmpdir(), 'wirekeeper-peer-'));
    try {
      const identity = join(folder, 'identity.pem');
      writeFileSync(identity, TLS_IDENTITY.key + TLS_IDENTITY.cert);
      const peer = new ForeignPeer(stack, role, [identity, ...protocols]);
      peer.#ports = await peer.next('listening');
      return peer;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Where the server listens. */
  url(scheme: 'ws' | 'wss', path = '/'): string {
    const { port, tlsPort } = this.#ports;
    return `${scheme}://127.0.0.1:${scheme === 'ws' ? port : tlsPort}${path}`;
  }

  do(order: PeerOrder): void {
    this.#child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  /** The next event of a kind; others before it are passed over. */
  async next<Kind extends PeerEvent['event']>(kind: Kind): Promise<Extract<PeerEvent, { event: Kind }>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the foreign peer ended before it reported ${kind}`);
      const event = JSON.parse(value) as PeerEvent;
      if (event.event === 'open') this.#isOpen = true;
      if (event.event === 'closed') this.#isOpen = false;
      if (event.event === kind) return event as Extract<PeerEvent, { event: Kind }>;
    }
  }

  /** Resolves when its connection is closed, if it had one. */
  async idle(): Promise<void> {
    if (this.#isOpen) await this.next('closed');
  }

  /** Freezes its process: TCP stays, and nothing is answered. Resolves when all of its threads stand still. */
  async freeze(): Promise<void> {
    this.#child.kill('SIGSTOP');
    await eventually(() => statesOf(this.#child.pid).every((state) => state === 'T'), 'a process that stands still');
  }

  /** Ends its process without a chance to say anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGCONT');
    this.#child.stdin.end();
    await this.#exited;
  }
}

/** The states of a process's threads, as Linux has them: `T` is stopped by a signal. */
function statesOf(pid: number | undefined): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // The name of the program before it may hold anything, brackets included.
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  });
}
