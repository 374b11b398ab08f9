const LEAST_ROOM = 1024;

/** The end of what a peer has sent, as far as what it sends next may refer to it. */
export class History {
  readonly #window: number;
  #room: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(windowBits: number) {
    this.#window = 2 ** windowBits;
  }

  /** As many of the last bytes as the window has. A view: good until more is added. */
  get bytes(): Buffer {
    return this.#room.subarray(Math.max(0, this.#used - this.#window), this.#used);
  }

  add(data: Buffer): void {
    const added = data.subarray(Math.max(0, data.length - this.#window));
    if (this.#used + added.length > this.#room.length) this.#makeRoom(added.length);
    this.#room.set(added, this.#used);
    this.#used += added.length;
  }

  /** Grows with what comes, up to more than the window, so that what is kept need not be moved for every message. */
  #makeRoom(added: number): void {
    const kept = this.bytes.subarray(Math.max(0, this.bytes.length + added - this.#window));
    const wanted = kept.length + added;
    const room = Math.min(Math.max(2 * wanted, LEAST_ROOM), this.#window + this.#window / 2);
    const target = room > this.#room.length ? Buffer.allocUnsafeSlow(room) : this.#room;
    target.set(kept);
    this.#room = target;
    this.#used = kept.length;
  }
}
