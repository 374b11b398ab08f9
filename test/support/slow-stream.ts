import { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What a stream under test has been given, and a kernel that takes it on request. */
export interface Kernel {
  /** The writes it was asked to make, each as one piece. */
  readonly writes: Buffer[];
  /** Whether it takes a write at once. */
  isFast: boolean;
  /** Takes the write that waits. */
  take(): void;
  /** Fails the write that waits, or the next one, which it then does at once. */
  fail(error: Error): void;
}

interface Implementation {
  write(chunk: Buffer, encoding: string, done: (error?: Error | null) => void): void;
  writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void;
}

/** @param keepsAll whether it keeps the bytes of a write that it has taken. */
function kernel(keepsAll: boolean): { kernel: Kernel; implementation: Implementation } {
  const waiting: ((error?: Error) => void)[] = [];
  let failure: Error | undefined;
  const takeOver = (bytes: Buffer, done: (error?: Error | null) => void) => {
    // Bytes that wait are not copied: code that reuses them meanwhile shows here.
    const isKept = keepsAll || !state.isFast;
    const at = state.writes.push(isKept ? bytes : Buffer.from(bytes)) - 1;
    if (failure !== undefined) done(failure);
    else if (state.isFast) done();
    else {
      waiting.push((error) => {
        // From now on they may be used again.
        if (!keepsAll) state.writes[at] = Buffer.from(bytes);
        done(error);
      });
    }
  };
  const state: Kernel = {
    writes: [],
    isFast: true,
    take: () => waiting.shift()?.(),
    fail: (error) => {
      const next = waiting.shift();
      if (next === undefined) failure = error;
      else next(error);
    },
  };
  return {
    kernel: state,
    implementation: {
      write: (chunk, _encoding, done) => takeOver(chunk, done),
      writev: (chunks, done) => takeOver(Buffer.concat(chunks.map(({ chunk }) => chunk)), done),
    },
  };
}

/** A duplex stream that is no TCP socket, over a kernel that the test controls. */
export function slowStream(): { stream: Duplex; kernel: Kernel } {
  const { kernel: state, implementation } = kernel(true);
  const stream = new Duplex({ read: () => {}, ...implementation });
  stream.on('error', () => {});
  return { stream, kernel: state };
}

/** The same as a TCP socket, as far as anybody can see. */
export function slowSocket(): { stream: Socket; kernel: Kernel } {
  const { kernel: state, implementation } = kernel(false);
  const stream = new Socket();
  Object.assign(stream, { _write: implementation.write, _writev: implementation.writev, _read: () => {} });
  stream.on('error', () => {});
  return { stream, kernel: state };
}
