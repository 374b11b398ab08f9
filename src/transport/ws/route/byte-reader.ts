import { connect, type Socket } from 'node:net';
import type { ProxySettings, Target } from './proxy-settings.js';

/** A connection to a proxy from which numbers of bytes are read, until it is handed on. */
export class ByteReader {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  #failure: Error | undefined;
  #wake = () => {};

  constructor(place: Target, settings: ProxySettings, signal: AbortSignal) {
    this.#socket = connect({ ...settings, ...place });
    this.#socket.on('readable', this.#onReadable);
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onEnd);
    this.#socket.on('end', this.#onEnd);
    this.#signal = signal;
    if (signal.aborted) this.destroy();
    signal.addEventListener('abort', this.destroy);
  }

  readonly #onReadable = (): void => this.#wake();

  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
    this.#wake();
  };

  readonly #onEnd = (): void => this.#onError(new Error('it ended the connection'));

  /** Sends bytes, as soon as the proxy is there. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Waits for so many bytes. @throws {Error} when the connection fails, or ends before. By rejection. */
  async next(count: number): Promise<Buffer> {
    for (;;) {
      const bytes = this.#socket.read(count) as Buffer | null;
      if (bytes?.length === count) return bytes;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Hands the socket on, with what has come behind the bytes that were read. */
  release(): Socket {
    this.#signal.removeEventListener('abort', this.destroy);
    this.#socket.off('readable', this.#onReadable);
    this.#socket.off('error', this.#onError);
    this.#socket.off('close', this.#onEnd);
    this.#socket.off('end', this.#onEnd);
    return this.#socket;
  }

  readonly destroy = (): void => {
    this.#signal.removeEventListener('abort', this.destroy);
    this.#socket.destroy();
    // The socket says so only when the system has closed it.
    this.#onEnd();
  };
}
