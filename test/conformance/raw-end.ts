import type { Socket } from 'node:net';
import { OP, type Parsed, parseFrames } from '../support/frame-bytes.js';

/** How long the other side may take to end TCP: less than a test may take, so that this error says what has come. */
const WITHIN_MS = 4_000;

/** Turns of the event loop for which a server waits before it ends TCP: a client that should wait for it must not end it. */
const PATIENCE = 5;

/** Everything that a raw end has received. */
export interface Heard {
  readonly frames: Parsed['frames'];
  /** Bytes that make no whole frame. */
  readonly rest: Buffer;
  /** How the other side has ended TCP: `FIN`, or the code of an error. */
  readonly end: string;
  /** Whether it has done so before this end. */
  readonly hasEndedFirst: boolean;
}

/**
 * The tests' own end of one connection. It writes what it is given, byte for byte, keeps what it reads, and does of its
 * own accord only what RFC 6455 section 7.1.1 asks of every end: a server ends TCP when it has received a Close, a
 * client waits for the other side to do so.
 */
export class RawEnd {
  readonly socket: Socket;
  /** The HTTP head; all there is, if TCP ends before the empty line. */
  readonly head: Promise<string>;
  readonly #isClient: boolean;
  readonly #frames: Parsed['frames'][number][] = [];
  #rest: Buffer = Buffer.alloc(0);
  #isHeadRead = false;
  #error: string | undefined;
  #hasEnded = false;
  #isEnding = false;
  #hasEndedFirst = false;
  #resolveHead: (head: string) => void = () => {};
  #onEnd: (() => void) | undefined;

  constructor(socket: Socket, isClient: boolean) {
    this.socket = socket;
    this.#isClient = isClient;
    this.head = new Promise((resolve) => {
      this.#resolveHead = resolve;
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#ended());
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      this.#error = code ?? message;
    });
  }

  /** Writes slices one after the other, each in a turn of its own, until the other side closes. */
  async write(slices: Iterable<Buffer>): Promise<void> {
    for (const slice of slices) {
      if (this.#hasEnded || this.#isClosing) return;
      this.socket.write(slice);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until the other side has ended TCP. */
  async heard(): Promise<Heard> {
    if (!this.#hasEnded) {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`TCP did not end; received: ${this.#summary()}`)), WITHIN_MS);
        this.#onEnd = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return { frames: this.#frames, rest: this.#rest, end: this.#error ?? 'FIN', hasEndedFirst: this.#hasEndedFirst };
  }

  get #isClosing(): boolean {
    return this.#frames.some(({ opcode }) => opcode === OP.close);
  }

  #summary(): string {
    return this.#frames.map(({ opcode, payload }) => `${opcode} (${payload.length} bytes)`).join(', ') || 'nothing';
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isHeadRead) this.#takeHead();
    if (!this.#isHeadRead) return;
    const { frames, rest } = parseFrames(this.#rest);
    this.#rest = rest;
    for (const frame of frames) this.#frames.push(frame);
    if (!this.#isClient && this.#isClosing) void this.#endLater();
  }

  #takeHead(): void {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    this.#isHeadRead = true;
    this.#resolveHead(this.#rest.toString('latin1', 0, end));
    this.#rest = this.#rest.subarray(end + 4);
  }

  async #endLater(): Promise<void> {
    for (let turn = 0; turn < PATIENCE; turn++) await new Promise((resolve) => setImmediate(resolve));
    this.#isEnding = true;
    this.socket.end();
  }

  #ended(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#hasEndedFirst = !this.#isEnding;
    this.#resolveHead(this.#rest.toString('latin1'));
    this.socket.end();
    this.#onEnd?.();
  }
}
