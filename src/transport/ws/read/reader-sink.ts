/** What a reader tells. */
export interface ReaderSink {
  onFrame(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** The peer's Close; 1005 without payload. Nothing is told after it. */
  onClose(code: number, reason: string): void;
  /** The peer broke the protocol. Nothing is told after it. */
  onFault(error: Error): void;
  /**
   * More was read than can be told in one turn of the loop, or inflated at once (`true`), or is no longer (`false`).
   */
  onCongestion(isCongested: boolean): void;
}
