/** A frame gets a buffer of so many times what came of it: a peer that announces much and sends little costs little. */
const ROOM_FACTOR = 4;
const LEAST_ROOM = 1024;

/** The longest header, and a little more. */
const HEADER_ROOM = 16;

/** The bytes of a frame that is not whole yet, in a buffer that grows with them. */
export class PartialFrame {
  /** Room; `have` bytes of it are filled. */
  bytes: Buffer;
  have: number;

  /** @param length of the whole frame; 0 as long as its header is not whole. */
  constructor(start: Buffer, length: number) {
    this.bytes = Buffer.allocUnsafe(length === 0 ? HEADER_ROOM : roomFor(start.length, length));
    this.bytes.set(start);
    this.have = start.length;
  }

  /** Adds `count` bytes of a chunk. */
  add(chunk: Buffer, from: number, count: number, length: number): void {
    const have = this.have + count;
    if (have > this.bytes.length) {
      const grown = Buffer.allocUnsafe(roomFor(have, length));
      grown.set(this.bytes.subarray(0, this.have));
      this.bytes = grown;
    }
    this.bytes.set(chunk.subarray(from, from + count), this.have);
    this.have = have;
  }
}

function roomFor(have: number, length: number): number {
  return Math.max(have, Math.min(length, Math.max(have * ROOM_FACTOR, LEAST_ROOM)));
}
