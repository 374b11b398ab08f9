import type { Duplex } from 'node:stream';
import { frameOf, headerOf, lengthBytes, writeHeader } from '../../protocol/framing.js';
import { freeRoom, isRoomKept, roomSize, takeRoom } from '../../protocol/rooms.js';
import { encryptsAtOnce } from '../socket/handle.js';
import { lendsMemory, type Queued } from '../socket/queued.js';

/** Memory that a queued message needs in addition to its bytes, about: the object, its Buffers, its place. */
export const QUEUED_COSTS = 256;

/** Larger payloads are not copied. */
export const MAX_COPIED = 4 * 1024;

/** Messages of up to 1 KiB are joined while they wait, in pieces of 512 bytes to 16 KiB. */
const MAX_JOINED = 1024;
const LARGEST_PIECE = 16 * 1024;
const SMALLEST_PIECE = 512;

/**
 * Small messages that wait in one buffer: each in its own would need several times its bytes. A piece belongs to one
 * queue.
 */
export class Piece implements Queued {
  framed: Buffer;
  payloadBytes: number;
  frames: number;
  #room: Buffer | undefined;

  constructor(framed: Buffer, payloadBytes: number, frames: number) {
    this.framed = framed;
    this.payloadBytes = payloadBytes;
    this.frames = frames;
  }

  /** Adds the messages of another piece, if there is room for them; returns whether there was. */
  add({ framed, payloadBytes, frames }: Piece): boolean {
    const used = this.framed.length;
    const size = used + framed.length;
    if (framed.length > MAX_JOINED || size > LARGEST_PIECE) return false;
    if (this.#room === undefined || size > this.#room.length) {
      this.#room = Buffer.allocUnsafeSlow(Math.max(SMALLEST_PIECE, Math.min(2 * size, LARGEST_PIECE)));
      this.#room.set(this.framed);
    }
    this.#room.set(framed, used);
    this.framed = this.#room.subarray(0, size);
    this.payloadBytes += payloadBytes;
    this.frames += frames;
    return true;
  }
}

/**
 * How a payload gets its header: `masked`, for a server. Of others the large ones, `lent`, are not copied; `copied` to
 * memory that is used again, since they may wait for long: then their sender's memory would grow old, and V8 frees that
 * by full collections only; or `joined` with the header in such memory, for TLS that is to take it now: it would join
 * them itself.
 */
export type Framing = 'masked' | 'lent' | 'copied' | 'joined';

/** @param isPrompt whether the socket takes each write at once. */
export function framingFor(socket: Duplex, isMasked: boolean, isPrompt: boolean): Framing {
  if (isMasked) return 'masked';
  if (isPrompt || !lendsMemory(socket)) return 'lent';
  return encryptsAtOnce(socket) ? 'joined' : 'copied';
}

/**
 * Frames a payload for a queue.
 *
 * @param payloadBytes what it counts for; `undefined` for a control frame.
 */
export function queuedFrame(
  flags: number,
  data: Uint8Array,
  payloadBytes: number | undefined,
  framing: Framing,
): Queued {
  if (data.length > MAX_COPIED && framing !== 'masked') {
    const header = framing === 'joined' ? lengthBytes(data.length) : 0;
    const size = framing === 'lent' ? 0 : roomSize(header + data.length);
    if (isRoomKept(size)) {
      const room = takeRoom(size);
      room.set(data, header);
      const used = room.subarray(0, header + data.length);
      if (framing !== 'joined') return { framed: headerOf(flags, data.length), tail: used, room, payloadBytes };
      writeHeader(room, 0, flags, data.length, 0);
      return { framed: used, room, payloadBytes };
    }
    const tail = Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.length);
    return { framed: headerOf(flags, data.length), tail, payloadBytes };
  }
  const framed = frameOf(flags, data, framing === 'masked');
  return payloadBytes === undefined ? { framed, payloadBytes } : new Piece(framed, payloadBytes, 1);
}

/** Adds a message at the end of a queue, or to the piece that is the last there. */
export function enqueue(queue: Queued[], message: Queued): void {
  const last = queue.at(-1);
  if (!(message instanceof Piece && last instanceof Piece && last.add(message))) queue.push(message);
}

/** Nobody needs the memory of these messages any more. */
export function freeRoomsOf(messages: readonly Queued[]): void {
  for (const { room } of messages) if (room !== undefined) freeRoom(room);
}
