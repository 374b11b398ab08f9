import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { flushed, Outlet } from './outlet.js';
import type { Terminal } from './terminal.js';

/** Moves to the beginning of the line and erases it, so that output replaces the prompt. */
const ERASE_LINE = '\r\u001b[K';

/** The error codes of a write after the reader has gone away: of a pipe, and of a terminal. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** The input and output of an interactive command. */
export interface Screen {
  /** Whether stdin and stdout are both a terminal: then there is a prompt, and received lines are marked. */
  readonly isInteractive: boolean;
  /** Whether stdout is a terminal, which obeys control characters. */
  readonly isShown: boolean;
  /** The lines of stdin. They are held until they are read. */
  readonly lines: AsyncIterable<string>;
  /** Prints to stdout; resolves when it may be written to again, and at once when nobody reads it any more. */
  print(text: string): Promise<void>;
  /** Prints to stderr; lines that its reader does not take are dropped. */
  note(text: string): void;
  /** Why stdout cannot be written, such as a full disk. A reader that has gone away is no fault. */
  readonly fault: Error | undefined;
  /** Resolves when all output has been read, or can never be. */
  flushed(): Promise<void>;
  /** Calls `listener` for each Ctrl-C that is a key and no signal, and when the reader of stdout has gone away. */
  onInterrupt(listener: () => void): void;
  /** Stops reading lines, and removes the prompt. */
  close(): void;
}

/** Makes the screen of a terminal, and starts reading. */
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
  // Before the first await: lines that arrive while nobody iterates would be lost.
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
  /** Writes above the prompt, then shows the prompt again. */
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
