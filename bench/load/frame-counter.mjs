const LONGEST_HEAD = 10;

/**
 * Counts whole data messages in a server's byte stream by the lengths in the frame heads (RFC 6455 section 5.2), across
 * chunks, without looking at payloads: what a load generator can afford at millions of messages per second.
 *
 * Control frames and, when asked, data messages of one byte (the heartbeat of engine.io) are not counted but handed
 * over with their payload.
 */
export class FrameCounter {
  /** Called with `(opcode, payload)` of each frame that is not counted. */
  onAside = () => {};
  #takesSingleBytesAside;
  #head = Buffer.alloc(LONGEST_HEAD);
  #headBytes = 0;
  #first = 0;
  #payloadLeft = 0;
  /** Pieces of the payload of a frame that will be handed over; `undefined` for those that are only counted. */
  #aside;

  /** @param {{ takesSingleBytesAside?: boolean }} [options] */
  constructor({ takesSingleBytesAside = false } = {}) {
    this.#takesSingleBytesAside = takesSingleBytesAside;
  }

  /** Takes the first `length` bytes of `chunk`; returns how many messages they have completed. */
  push(chunk, length = chunk.length) {
    let messages = 0;
    let at = 0;
    while (at < length) {
      if (this.#payloadLeft > 0) {
        const end = Math.min(length, at + this.#payloadLeft);
        this.#aside?.push(Buffer.from(chunk.subarray(at, end)));
        this.#payloadLeft -= end - at;
        at = end;
        if (this.#payloadLeft === 0) messages += this.#finish();
      } else if (this.#headBytes === 0 && this.#isShortWholeMessage(chunk, at, length)) {
        at += 2 + chunk[at + 1];
        messages += 1;
      } else {
        this.#head[this.#headBytes] = chunk[at];
        this.#headBytes += 1;
        at += 1;
        if (this.#isHeadWhole()) messages += this.#begin();
      }
    }
    return messages;
  }

  /**
   * The common case, done without keeping any state: a final data frame below 126 bytes that lies wholly in the chunk.
   */
  #isShortWholeMessage(chunk, at, length) {
    if (at + 1 >= length) return false;
    const size = chunk[at + 1];
    return (
      (chunk[at] & 0x88) === 0x80 &&
      size < 126 &&
      at + 2 + size <= length &&
      !(size === 1 && this.#takesSingleBytesAside)
    );
  }

  #isHeadWhole() {
    if (this.#headBytes < 2) return false;
    const short = this.#head[1];
    if (short > 127) throw new Error('the server sent a masked frame');
    return this.#headBytes === (short === 127 ? LONGEST_HEAD : short === 126 ? 4 : 2);
  }

  #begin() {
    const short = this.#head[1];
    this.#first = this.#head[0];
    this.#payloadLeft =
      short === 127 ? Number(this.#head.readBigUInt64BE(2)) : short === 126 ? this.#head.readUInt16BE(2) : short;
    this.#headBytes = 0;
    const isControl = (this.#first & 0x08) !== 0;
    this.#aside = isControl || (this.#takesSingleBytesAside && this.#payloadLeft === 1) ? [] : undefined;
    return this.#payloadLeft === 0 ? this.#finish() : 0;
  }

  /** Returns 1 if the frame that has just ended completes a counted message. */
  #finish() {
    if (this.#aside === undefined) return (this.#first & 0x80) === 0 ? 0 : 1;
    const payload = Buffer.concat(this.#aside);
    this.#aside = undefined;
    this.onAside(this.#first & 0x0f, payload);
    return 0;
  }
}
