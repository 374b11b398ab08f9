import type { Readable, Writable } from 'node:stream';
import type { PrimaryLink, WorkerProcess } from '../../service/pool/worker-process.js';

/** What a stream knows of its terminal. */
interface MaybeTty {
  readonly isTTY?: boolean;
}

/** The signals that end a command, or have a service reload. */
export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** A worker's process, and what it prints. */
export interface ForkedWorker extends WorkerProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
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
  onSignal(listener: (signal: SignalName) => void): () => void;
  /** Starts this command once more, as a worker of this one, with variables added to its environment. */
  forkWorker(worker: number, env?: Readonly<Record<string, string>>): ForkedWorker;
  /** The number of this process. */
  readonly pid: number;
  /** The link to the process whose worker this is; `undefined` if it is none. */
  readonly primary?: PrimaryLink | undefined;
  /** Calls `listener` with each uncaught error until the returned function is called. */
  onUncaught(listener: (thrown: unknown) => void): () => void;
  /** Monotonic time in ms. */
  now(): number;
}
