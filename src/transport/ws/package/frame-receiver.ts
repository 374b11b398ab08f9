/**
 * A parser of the frames that are not plain and whole; a Writable. It reports within `write`, except that it inflates
 * in the background: then `done` is called when that has ended.
 */
export interface FrameReceiver {
  write(chunk: Buffer, done?: (error: Error | null | undefined) => void): boolean;
  /** What was wrong with the frames so far. */
  readonly errored: Error | null;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
}
