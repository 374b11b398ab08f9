import type { Queued } from '../socket/queued.js';

/** What a queued message costs beside its bytes, about: the object, its Buffers, its place. */
export const QUEUED_COSTS = 256;

/** Messages up to this size are joined while they wait, in pieces of up to the other. */
const MAX_JOINED = 1024;
const LARGEST_PIECE = 16 * 1024;
const SMALLEST_PIECE = 512;

/**
 * Small messages that wait in one piece of memory: each by itself would cost a multiple of its bytes. No other queue
 * has it.
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

  /** Takes what another has, behind its own, if there is room for that. */
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

/** Framed bytes of one's own, as they are queued; `payloadBytes` is `undefined` for a control frame. */
export function queuedOf(framed: Buffer, payloadBytes: number | undefined): Queued {
  return payloadBytes === undefined ? { framed, payloadBytes } : new Piece(framed, payloadBytes, 1);
}

/** Puts a message at the end of a queue, or into the piece that stands there. */
export function enqueue(queue: Queued[], message: Queued): void {
  const last = queue.at(-1);
  if (!(message instanceof Piece && last instanceof Piece && last.add(message))) queue.push(message);
}
