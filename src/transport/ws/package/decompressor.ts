/** What inflates messages for a receiver. */
export interface Decompressor {
  /**
   * Inflates the payload of one frame; `fin` with the last of a message. `done` is called later, or in this call with
   * an error.
   */
  decompress(data: Buffer, fin: boolean, done: (error: Error | null, data?: Buffer) => void): void;
}
