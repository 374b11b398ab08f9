import { Duplex } from 'node:stream';
import type { Connection } from '../../index.js';
import { readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { faultOf, giveUp, messageOf, sendOne } from './streamed.js';

/** Settings of a Duplex over a connection. */
export interface DuplexOptions {
  /**
   * Whether a chunk that is read is one whole message: a string if it was text, a Buffer if it was binary. Otherwise
   * chunks are bytes, and the bounds of messages are lost. Default `false`.
   */
  readonly readableObjectMode?: boolean | undefined;
  /**
   * How much is read ahead of the consumer, in bytes, or in messages with `readableObjectMode`. Beside it the
   * connection reads `readAheadBytes` ahead. Default: Node's.
   */
  readonly readableHighWaterMark?: number | undefined;
  /** How many bytes may wait before `write` returns `false`, beside the connection's own mark. Default: Node's. */
  readonly writableHighWaterMark?: number | undefined;
}

/**
 * Makes a Duplex stream of Node.js from an open connection, as `createWebSocketStream` of ws does. It has backpressure
 * both ways: the socket is read only as fast as the stream is, and a write is done when the peer has room again.
 *
 * What is written is sent chunk by chunk, a string as a text message, bytes as a binary one. It is the connection's
 * only consumer.
 *
 * - `end()` sends what was written, and closes with 1000. A WebSocket cannot be half open: the peer answers that with
 *   its own Close, and what it has sent before is still read.
 * - The stream ends when the peer closes with 1000, 1001, or without a code. Any other ending of the connection
 *   destroys the stream with an `EndedError` that has the report, once what came before has been read.
 * - `destroy(error)` closes with 1011, and the report has the error; `destroy()` drops TCP. The event `close` follows
 *   when the connection has ended.
 *
 * @throws {OptionError} for a wrong option, and for what is no connection.
 */
export function toDuplex(connection: Connection<unknown>, options: DuplexOptions = {}): Duplex {
  checkConnection(connection, 'toDuplex');
  return new ConnectionDuplex(connection, resolveDuplex(options));
}

class ConnectionDuplex extends Duplex {
  readonly #connection: Connection<unknown>;
  readonly #isInMessages: boolean;
  #isPulling = false;

  constructor(connection: Connection<unknown>, options: DuplexOptions) {
    super({
      ...options,
      allowHalfOpen: false,
      // A string is sent as text.
      decodeStrings: false,
    });
    this.#connection = connection;
    this.#isInMessages = options.readableObjectMode === true;
  }

  override _read(): void {
    if (this.#isPulling) return;
    this.#isPulling = true;
    this.#pull().catch((error: unknown) => this.destroy(error as Error));
  }

  override _write(chunk: string | Buffer, encoding: BufferEncoding, finish: (error?: Error) => void): void {
    const isText = typeof chunk === 'string' && (encoding === 'utf8' || encoding === 'utf-8');
    const message = typeof chunk === 'string' && !isText ? Buffer.from(chunk, encoding) : chunk;
    sendOne(this.#connection, message).then(
      () => finish(),
      (error: unknown) => finish(error as Error),
    );
  }

  override _final(finish: (error?: Error) => void): void {
    this.#connection.close(1000);
    void this.#connection.closed.then(() => finish());
  }

  override _destroy(error: Error | null, finish: (error: Error | null) => void): void {
    void giveUp(this.#connection, error === null ? undefined : { error }).then(() => finish(error));
  }

  /** Pulls until the stream has enough. */
  async #pull(): Promise<void> {
    for (let goesOn = true; goesOn; ) {
      const frame = await this.#connection.receive();
      if (this.destroyed) return;
      if (frame === undefined) {
        await this.#end();
        return;
      }
      // In bytes an empty chunk is nothing.
      if (this.#isInMessages) goesOn = this.push(messageOf(frame));
      else if (frame.data.length > 0) goesOn = this.push(frame.data);
    }
    this.#isPulling = false;
  }

  async #end(): Promise<void> {
    const fault = faultOf(await this.#connection.closed);
    if (fault === undefined) this.push(null);
    else this.destroy(fault);
  }
}

const KEYS = [
  'readableObjectMode',
  'readableHighWaterMark',
  'writableHighWaterMark',
] as const satisfies readonly (keyof DuplexOptions)[];

function resolveDuplex(given: DuplexOptions): DuplexOptions {
  const options = readOptions(given, KEYS, 'toDuplex');
  const { readableObjectMode } = options;
  if (readableObjectMode !== undefined && typeof readableObjectMode !== 'boolean')
    throw wrongOption('toDuplex: readableObjectMode', `is ${show(readableObjectMode)}; allowed are true and false`);
  for (const key of ['readableHighWaterMark', 'writableHighWaterMark'] as const) {
    const mark = options[key];
    if (mark !== undefined && !(Number.isSafeInteger(mark) && mark >= 0))
      throw wrongOption(`toDuplex: ${key}`, `is ${show(mark)}; allowed are whole numbers from 0 on`);
  }
  return options;
}

/** @throws {OptionError} for what has not the methods of a connection. */
export function checkConnection(connection: unknown, call: string): void {
  let isOne = false;
  try {
    const { receive, send, closed } = connection as Partial<Connection<unknown>>;
    isOne = typeof receive === 'function' && typeof send === 'function' && typeof closed === 'object';
  } catch {
    // Nothing, or a proxy.
  }
  if (!isOne) throw wrongOption(`${call}: connection`, `is ${show(connection)}; it must be a connection`);
}
