/** The room that is made at least. */
const LEAST_ROOM = 256;

/** Room that is more than this part of what it holds is not kept for a whole message. */
const SPARE_SHARE = 8;

/** Bytes that come bit by bit, in memory that is at most twice as much as has come. */
export class GrowingBytes {
  #room: Buffer | undefined;
  #used = 0;

  get length(): number {
    return this.#used;
  }

  add(bytes: Buffer): void {
    const used = this.#used + bytes.length;
    if (this.#room === undefined || used > this.#room.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(LEAST_ROOM, used, 2 * this.#used));
      grown.set(this.bytes);
      this.#room = grown;
    }
    this.#room.set(bytes, this.#used);
    this.#used = used;
  }

  /** What has come, to be looked at only. */
  get bytes(): Buffer {
    return this.#room?.subarray(0, this.#used) ?? Buffer.alloc(0);
  }

  /** Takes out what has come, in memory that is about as large. */
  take(): Buffer {
    const { bytes } = this;
    const spare = (this.#room?.length ?? 0) - this.#used;
    this.#room = undefined;
    this.#used = 0;
    return spare * SPARE_SHARE > bytes.length ? Buffer.from(bytes) : bytes;
  }
}
