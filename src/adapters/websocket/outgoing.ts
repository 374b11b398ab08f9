import type { Connection } from '../../supervisor/api/connection.js';
import { lengthOf, type Payload } from './conversions.js';

/** What has to wait behind a Blob that is being read. */
type Waiting = { readonly payload: Payload } | { readonly close: () => void };

/**
 * What a socket sends on one connection, in order: a Blob is read first, and what is sent after it waits for it, the
 * Close frame too.
 */
export class Outgoing {
  readonly #connection: Connection<unknown>;
  #waiting: Waiting[] | undefined;
  /** Payload that waits for a Blob. */
  #waitingBytes = 0;
  /** Payload that was never sent: it is counted for ever, as the specification has it. */
  #unsentBytes = 0;

  constructor(connection: Connection<unknown>) {
    this.#connection = connection;
  }

  /** `bufferedAmount`. */
  get bytes(): number {
    return this.#connection.bufferedPayloadBytes + this.#waitingBytes + this.#unsentBytes;
  }

  send(payload: Payload): void {
    if (this.#waiting === undefined && !isBlob(payload)) {
      if (this.#connection.send(payload) === 'closed') this.#unsentBytes += lengthOf(payload);
      return;
    }
    this.#waitingBytes += lengthOf(payload);
    this.#wait({ payload });
  }

  /** Starts the closing handshake behind what was sent before. */
  close(close: () => void): void {
    if (this.#waiting === undefined) close();
    else this.#wait({ close });
  }

  /** Counts what is sent when the socket takes nothing more. */
  drop(payload: Payload): void {
    this.#unsentBytes += lengthOf(payload);
  }

  /** The connection has ended, and did not hand that many bytes to the kernel. */
  ended(unwrittenBytes: number): void {
    this.#unsentBytes += unwrittenBytes;
  }

  #wait(item: Waiting): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(item);
      return;
    }
    const waiting = [item];
    this.#waiting = waiting;
    void this.#sendAll(waiting).catch((error: unknown) => this.#connection.fail(error));
  }

  async #sendAll(waiting: Waiting[]): Promise<void> {
    for (let item = waiting[0]; item !== undefined; item = waiting[0]) {
      if ('close' in item) item.close();
      else await this.#sendOne(item.payload);
      waiting.shift();
    }
    this.#waiting = undefined;
  }

  /** @throws the error of a Blob that cannot be read: what was sent after it must not leave without it. */
  async #sendOne(payload: Payload): Promise<void> {
    const bytes = lengthOf(payload);
    const data = isBlob(payload) ? new Uint8Array(await payload.arrayBuffer()) : payload;
    this.#waitingBytes -= bytes;
    if (this.#connection.send(data) === 'closed') this.#unsentBytes += bytes;
  }
}

function isBlob(payload: Payload): payload is Blob {
  return typeof payload !== 'string' && !(payload instanceof Uint8Array);
}
