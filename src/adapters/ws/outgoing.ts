import type { Connection, Sendable } from '../../index.js';
import { sizeOf, toBuffer } from './message-data.js';

/** Is called when a message was handed to the kernel, or with the error that says why not. */
export type SendCallback = (error?: Error) => void;

/** How a message is sent. */
export interface SendOptions {
  /** Whether it goes out as binary. Default: whether it is no string. */
  readonly binary?: boolean | undefined;
  /** Whether it is the last part of a message. Default `true`. */
  readonly fin?: boolean | undefined;
  /** Has no effect: whether a message is compressed depends on its size. */
  readonly compress?: boolean | undefined;
  /** Has no effect: a client masks, a server does not. */
  readonly mask?: boolean | undefined;
}

/**
 * Sends what users give, in the order in which they give it. A Blob has to be read first: what is sent after it waits.
 * A message that is given in parts is sent when its last part has come.
 */
export class Outgoing {
  readonly #connection: Connection<unknown>;
  readonly #onThrow: (error: unknown) => void;
  /** What is to be done when the Blob that is being read is there. */
  #waiting: (() => void)[] | undefined;
  /** How many bytes wait for a Blob. */
  #waitingBytes = 0;
  #parts: { readonly isBinary: boolean; readonly data: Buffer[] } | undefined;

  /** @param onThrow called with what a callback throws. */
  constructor(connection: Connection<unknown>, onThrow: (error: unknown) => void) {
    this.#connection = connection;
    this.#onThrow = onThrow;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Does something when everything given before was handed to the connection. */
  inTurn(act: () => void): void {
    if (this.#waiting === undefined) act();
    else this.#waiting.push(act);
  }

  /**
   * Sends a Ping or Pong in its turn.
   *
   * @param send is given the payload.
   */
  control(payload: Blob | Buffer, done: SendCallback | undefined, send: (payload: Buffer) => void): void {
    this.inTurn(() => {
      if (payload instanceof Blob) void this.#read(payload, done, (bytes) => send(Buffer.from(bytes)));
      else send(payload);
    });
  }

  send(data: unknown, options: SendOptions, done: SendCallback | undefined): void {
    if (this.#waiting !== undefined || data instanceof Blob) this.#sendLater(data, options, done);
    else if (options.fin === false || this.#parts !== undefined) this.#addPart(data, options, done);
    else this.#hand(data, options.binary ?? typeof data !== 'string', done);
  }

  #hand(data: unknown, isBinary: boolean, done: SendCallback | undefined): void {
    const message =
      typeof data === 'string' && !isBinary ? data : isBinary ? toBuffer(data) : { data: toBuffer(data), isBinary };
    if (done === undefined) this.#connection.send(message);
    else void this.#confirm(message, done);
  }

  async #confirm(message: Sendable, done: SendCallback): Promise<void> {
    let failure: Error | undefined;
    try {
      await this.#connection.sendAndWait(message);
    } catch (error) {
      failure = error as Error;
    }
    this.#call(done, failure);
  }

  #addPart(data: unknown, { binary, fin = true }: SendOptions, done: SendCallback | undefined): void {
    this.#parts ??= { isBinary: binary ?? typeof data !== 'string', data: [] };
    this.#parts.data.push(toBuffer(data));
    if (!fin) {
      if (done !== undefined) process.nextTick(() => this.#call(done));
      return;
    }
    const { isBinary, data: parts } = this.#parts;
    this.#parts = undefined;
    this.#hand(Buffer.concat(parts), isBinary, done);
  }

  #sendLater(data: unknown, options: SendOptions, done: SendCallback | undefined): void {
    const bytes = sizeOf(data);
    this.#waitingBytes += bytes;
    this.inTurn(() => {
      this.#waitingBytes -= bytes;
      if (data instanceof Blob)
        void this.#read(data, done, (content) => this.send(content, { binary: true, ...options }, done));
      else this.send(data, options, done);
    });
  }

  async #read(blob: Blob, done: SendCallback | undefined, send: (content: ArrayBuffer) => void): Promise<void> {
    const waiting: (() => void)[] = [];
    this.#waiting = waiting;
    this.#waitingBytes += blob.size;
    const bytes = await blob.arrayBuffer().catch((error: unknown) => error as Error);
    this.#waitingBytes -= blob.size;
    this.#waiting = undefined;
    if (!(bytes instanceof Error)) send(bytes);
    else if (done !== undefined) this.#call(done, bytes);
    // One of them may be a Blob again: then the rest waits for that one.
    for (const act of waiting) this.inTurn(act);
  }

  #call(done: SendCallback, error?: Error): void {
    try {
      if (error === undefined) done();
      else done(error);
    } catch (thrown) {
      this.#onThrow(thrown);
    }
  }
}
