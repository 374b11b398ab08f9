import { textEnd } from '../../protocol/payload-rules.js';

/**
 * The payload of a text whose frame has not come completely. It is looked through as it comes: a fault need not wait
 * for the rest (RFC 6455 section 8.1).
 */
export class TextSoFar {
  readonly #from: number;
  /** Bytes of whole characters. */
  #textBytes = 0;

  /** @param from where the payload begins. */
  constructor(from: number) {
    this.#from = from;
  }

  /** Looks through what has come before `to`; `false` if it is not UTF-8, whatever follows. */
  take(bytes: Buffer, to: number): boolean {
    this.#textBytes = textEnd(bytes.subarray(this.#from, to), this.#textBytes);
    return this.#textBytes >= 0;
  }

  /** Takes the rest of a complete frame. @returns the payload; `undefined` if it is not UTF-8. */
  finish(bytes: Buffer, to: number): Buffer | undefined {
    const isText = this.take(bytes, to) && this.#from + this.#textBytes === to;
    return isText ? bytes.subarray(this.#from, to) : undefined;
  }
}
