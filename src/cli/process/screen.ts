import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { flushed, Outlet } from './outlet.js';
import type { Terminal } from './terminal.js';

/** Back to the line's beginning, and erase it: what is printed takes the place of the prompt. */
const ERASE_LINE = '\r\u001b[K';

/** What writing fails with when nobody reads any more: a pipe's end, a terminal's. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** What a command with a conversation reads and prints. */
export interface Screen {
  /** Whether a person sits at both ends: there is a prompt, and received lines are marked. */
  readonly isInteractive: boolean;
  /** Whether stdout is a terminal, which obeys what is printed. */
  readonly isShown: boolean;
  /** The lines of stdin; they wait until they are read. */
  readonly lines: AsyncIterable<string>;
  /** Prints to stdout; resolves when it may be written to again, and at once when nobody reads it any more. */
  print(text: string): Promise<void>;
  /** Prints to stderr; what its reader does not take is dropped. */
  note(text: string): void;
  /** What keeps stdout from being written, a full disk for example; a reader that has gone away is none. */
  readonly fault: Error | undefined;
  /** Resolves when all that was printed has been taken, or will never be. */
  flushed(): Promise<void>;
  /** Calls `listener` at each Ctrl-C that is a key and no signal, and when the reader of stdout has gone away. */
  onInterrupt(listener: () => void): void;
  /** Reads no more lines, and takes the prompt away. */
  close(): void;
}

/** Makes a screen of a terminal, and begins to read it. */
export function openScreen({ stdin, stdout, stderr, now }: Terminal): Screen {
  const gap = (lines: number) => `* ${lines} lines are missing here, which could not be written\n`;
  const notes = new Outlet(stderr, { now, gap, onFailed: () => {} });
  const isInteractive = stdin.isTTY === true && stdout.isTTY === true;
  const reader = createInterface({
    input: stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    terminal: isInteractive,
    ...(isInteractive ? { output: stdout, prompt: '> ' } : {}),
  });
  // Before anything is awaited: lines that come while nobody iterates would be lost.
  const lines = { [Symbol.asyncIterator]: iteratorOf(reader) };
  const unread = new AbortController();
  let fault: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && !READER_GONE.has(error.code) && fault === undefined) {
      fault = error;
      notes.write(`* stdout cannot be written: ${error.message}\n`);
    }
    unread.abort();
  });
  let isClosed = false;
  reader.on('close', () => {
    isClosed = true;
    if (isInteractive) stdout.write(ERASE_LINE);
  });
  if (isInteractive) reader.on('line', () => reader.prompt());
  /** Writes above the prompt, and puts the prompt back. */
  const write = (text: string, to: (text: string) => boolean): boolean => {
    const hasPrompt = isInteractive && !isClosed;
    const hasRoom = to(hasPrompt ? ERASE_LINE + text : text);
    if (hasPrompt) reader.prompt(true);
    return hasRoom;
  };
  return {
    isInteractive,
    isShown: stdout.isTTY === true,
    lines,
    get fault() {
      return fault;
    },
    flushed: async () => {
      await Promise.all([flushed(stdout), notes.flushed()]);
    },
    async print(text) {
      if (unread.signal.aborted || write(text, (line) => stdout.write(line))) return;
      await once(stdout, 'drain', { signal: unread.signal }).catch((error: unknown) => {
        if (!unread.signal.aborted) throw error;
      });
    },
    note(text) {
      write(text, (line) => {
        notes.write(line);
        return true;
      });
    },
    onInterrupt(listener) {
      // A terminal that edits lines is in raw mode.
      reader.on('SIGINT', listener);
      unread.signal.addEventListener('abort', listener);
    },
    close: () => reader.close(),
  };
}

function iteratorOf(reader: Interface): () => AsyncIterator<string> {
  const iterator = reader[Symbol.asyncIterator]();
  return () => iterator;
}
