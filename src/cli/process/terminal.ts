import type { Readable, Writable } from 'node:stream';

/** What a stream may say of the terminal it is. */
interface MaybeTty {
  readonly isTTY?: boolean;
}

/**
 * The world of a command: its streams, its signals, and its clock. The process's own in `main.ts`, anything else in
 * tests.
 */
export interface Terminal {
  readonly stdin: Readable & MaybeTty;
  readonly stdout: Writable & MaybeTty;
  readonly stderr: Writable & MaybeTty;
  /** How this program was started, for the lines that say what to try. */
  readonly program: string;
  /** How wide stdout is; `undefined` if it is no terminal. */
  readonly columns?: number | undefined;
  /**
   * Calls `listener` at each SIGINT, SIGTERM, and SIGHUP, until the function returned is called; from then on they do
   * nothing.
   */
  onSignal(listener: () => void): () => void;
  /** Calls `listener` with what was thrown and caught by nobody, until the function returned is called. */
  onUncaught(listener: (thrown: unknown) => void): () => void;
  /** Monotonic time in ms. */
  now(): number;
}
