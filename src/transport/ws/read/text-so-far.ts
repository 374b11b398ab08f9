import { textEnd } from '../../protocol/payload-rules.js';
import { applyMask } from '../../protocol/unmask.js';

/**
 * The payload of a text whose frame has not come completely. It is unmasked in place and looked through as it comes: a
 * fault need not wait for the rest (RFC 6455 section 8.1).
 */
export class TextSoFar {
  readonly #from: number;
  readonly #isMasked: boolean;
  /** Unmasked up to here. */
  #to: number;
  /** Bytes of whole characters. */
  #textBytes = 0;

  /** @param from where the payload begins, right behind its key if it is masked. */
  constructor(from: number, isMasked: boolean) {
    this.#from = this.#to = from;
    this.#isMasked = isMasked;
  }

  /** Looks through what has come before `to`; `false` if it is not UTF-8, whatever follows. */
  take(bytes: Buffer, to: number): boolean {
    this.#unmask(bytes, to);
    this.#textBytes = textEnd(bytes.subarray(this.#from, to), this.#textBytes);
    return this.#textBytes >= 0;
  }

  /**
   * Takes the rest of a complete frame, and leaves that with a key of zeros.
   *
   * @returns the payload; `undefined` if it is not UTF-8.
   */
  finish(bytes: Buffer, to: number): Buffer | undefined {
    const isText = this.take(bytes, to) && this.#from + this.#textBytes === to;
    if (this.#isMasked) bytes.fill(0, this.#from - 4, this.#from);
    return isText ? bytes.subarray(this.#from, to) : undefined;
  }

  #unmask(bytes: Buffer, to: number): void {
    const key = (i: number) => bytes[this.#from - 4 + ((this.#to - this.#from + i) & 3)] as number;
    if (this.#isMasked) applyMask(bytes, this.#to, to, key(0), key(1), key(2), key(3));
    this.#to = to;
  }
}
