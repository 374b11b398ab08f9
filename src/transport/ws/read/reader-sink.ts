import type { MeterSink } from '../../protocol/read-meter.js';

/** What a reader calls with what it has read. */
export interface ReaderSink extends MeterSink {
  /** Monotonic ms. */
  now(): number;
  onFrame(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(payload: Buffer): void;
  /** The peer's Close; code 1005 if it has no payload. Nothing is called after it. */
  onClose(code: number, reason: string): void;
  /** The peer broke the protocol. Nothing is called after it. */
  onFault(error: Error): void;
  /**
   * `true`: more was read than can be delivered in one turn of the loop, or inflated at once. `false`: no longer so.
   */
  onCongestion(isCongested: boolean): void;
}
