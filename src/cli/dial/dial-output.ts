import type { CloseReport, DialerStatus, Frame, NotSentFate } from '../../index.js';

/** How binary messages are shown: as text with a mark before it, or `raw`, as they are. */
export type BinaryForm = 'base64' | 'hex' | 'raw';

/** How `wirekeeper dial` reports messages, status, and endings. */
export interface DialOutput {
  frame(frame: Frame): Promise<void>;
  status(status: DialerStatus): void;
  ended(report: CloseReport): void;
  notSent(data: string | Buffer, fate: NotSentFate): void;
  /** A line of the input asks for what cannot be done. */
  mistake(problem: string): void;
  /** A Ping of the user's was answered. */
  pong(latencyMs: number): void;
  /** A Ping of the user's was not answered within this time. */
  noPong(withinMs: number): void;
}

/** What an output is made with. */
export interface DialOutputOptions {
  readonly binaryForm: BinaryForm;
  /** Unix time in ms, for outputs that show it. Default: none is shown. */
  readonly wallNow?: (() => number) | undefined;
}
