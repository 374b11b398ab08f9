import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../../close-report.js';
import { freeRoom } from '../../protocol/rooms.js';
import { lendsMemory, type Queued } from '../socket/queued.js';
import { enqueue, freeRoomsOf } from './piece.js';
import { scratch } from './scratch.js';

/** The most bytes given to the socket in one write; what waits beyond them can still be discarded. */
const MAX_WRITTEN = 128 * 1024;

/** Messages that are written together. */
export interface Batch extends Unconfirmed {
  readonly parts: readonly Queued[];
  /** Bytes on the wire. */
  readonly size: number;
  /** Whether some are large: then they are written without being joined. */
  readonly areLarge: boolean;
}

/** Framed messages that wait for the socket, in order. */
export class SendQueue {
  #items: Queued[] = [];
  #bytes = 0;

  get length(): number {
    return this.#items.length;
  }

  /** Bytes on the wire. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The data messages that wait, and their payload bytes. */
  get messages(): Unconfirmed {
    let [frames, bytes] = [0, 0];
    for (const item of this.#items) {
      if (item.payloadBytes === undefined) continue;
      frames += item.frames ?? 1;
      bytes += item.payloadBytes;
    }
    return { frames, bytes };
  }

  push(message: Queued): void {
    enqueue(this.#items, message);
    this.#bytes += sizeOf(message);
  }

  pushFirst(message: Queued): void {
    this.#items.unshift(message);
    this.#bytes += sizeOf(message);
  }

  /** Takes as many messages as make one sensible write, at least one if there is one. */
  take(most = MAX_WRITTEN): Batch {
    const items = this.#items;
    let [count, size, frames, bytes] = [0, 0, 0, 0];
    let areLarge = false;
    for (const message of items) {
      const length = sizeOf(message);
      if (count > 0 && size + length > most) break;
      size += length;
      count += 1;
      areLarge ||= message.tail !== undefined || message.room !== undefined;
      if (message.payloadBytes === undefined) continue;
      frames += message.frames ?? 1;
      bytes += message.payloadBytes;
    }
    const isAll = count === items.length;
    this.#items = isAll ? [] : items.slice(count);
    this.#bytes -= size;
    return { parts: isAll ? items : items.slice(0, count), size, areLarge, frames, bytes };
  }

  clear(): void {
    freeRoomsOf(this.#items);
    this.#items = [];
    this.#bytes = 0;
  }
}

function sizeOf({ framed, tail }: Queued): number {
  return framed.length + (tail?.length ?? 0);
}

/** What a socket was given. */
export interface Written {
  readonly what: Buffer | readonly Queued[];
  /** The scratch buffer, if it was part of that. */
  readonly buffer: Buffer | undefined;
}

/** The socket has taken what it was given: the memory can be used again. */
export function freeWritten(socket: Duplex, { what, buffer }: Written): void {
  if (!Buffer.isBuffer(what)) freeRoomsOf(what);
  else if (buffer !== undefined && buffer !== scratch.buffer && lendsMemory(socket)) freeRoom(buffer);
}
