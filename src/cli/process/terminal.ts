import type { Readable, Writable } from 'node:stream';

/** What a stream knows of its terminal. */
interface MaybeTty {
  readonly isTTY?: boolean;
}

/**
 * The environment of a command: its streams, its signals, and its clock. `main.ts` gives it the process's own, tests
 * give it others.
 */
export interface Terminal {
  readonly stdin: Readable & MaybeTty;
  readonly stdout: Writable & MaybeTty;
  readonly stderr: Writable & MaybeTty;
  /** How this program was started, for the commands that the banner suggests. */
  readonly program: string;
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The width of stdout in columns; `undefined` if it is not a terminal. */
  readonly columns?: number | undefined;
  /**
   * Calls `listener` for each SIGINT, SIGTERM, and SIGHUP until the returned function is called; after that these
   * signals do nothing.
   */
  onSignal(listener: () => void): () => void;
  /** Calls `listener` with each uncaught error until the returned function is called. */
  onUncaught(listener: (thrown: unknown) => void): () => void;
  /** Monotonic time in ms. */
  now(): number;
}
