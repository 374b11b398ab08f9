import type { Socket } from 'node:net';
import type { FromWorker, ToWorker } from './messages.js';

/** A worker's process, as the primary sees it. */
export interface WorkerProcess {
  /** Sends a message, and a socket with it. What a process that has gone does not get is dropped. */
  send(message: ToWorker, socket?: Socket): void;
  /** Calls `listener` with each message. */
  onMessage(listener: (message: FromWorker) => void): void;
  /** Resolves when the process has gone, with its exit status or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Ends the process at once. */
  cut(): void;
}

/** The primary, as a worker's process sees it. */
export interface PrimaryLink {
  /** The number of this worker, from 1. */
  readonly worker: number;
  send(message: FromWorker): void;
  /** Calls `listener` with each message, and the socket that came with it, until the returned function is called. */
  onMessage(listener: (message: ToWorker, socket: Socket | undefined) => void): () => void;
  /** Resolves when the primary's process has gone. */
  readonly gone: Promise<void>;
}
