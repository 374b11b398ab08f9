import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { Terminal } from './terminal.js';

/** Back to the line's beginning, and erase it: what is printed takes the place of the prompt. */
const ERASE_LINE = '\r\u001b[K';

/** What a command with a conversation reads and prints. */
export interface Screen {
  /** Whether a person sits at both ends: there is a prompt, and received lines are marked. */
  readonly isInteractive: boolean;
  /** The lines of stdin; they wait until they are read. */
  readonly lines: AsyncIterable<string>;
  /** Prints to stdout; resolves when it may be written to again, and at once when nobody reads it any more. */
  print(text: string): Promise<void>;
  /** Prints to stderr. */
  note(text: string): void;
  /** Calls `listener` at each Ctrl-C that is a key and no signal, and when the reader of stdout has gone away. */
  onInterrupt(listener: () => void): void;
  /** Reads no more lines, and takes the prompt away. */
  close(): void;
}

/** Makes a screen of a terminal, and begins to read it. */
export function openScreen({ stdin, stdout, stderr }: Terminal): Screen {
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
  stdout.on('error', () => unread.abort());
  let isClosed = false;
  reader.on('close', () => {
    isClosed = true;
    if (isInteractive) stdout.write(ERASE_LINE);
  });
  if (isInteractive) reader.on('line', () => reader.prompt());
  const write = (stream: Writable, text: string): boolean => {
    const hasPrompt = isInteractive && !isClosed;
    const room = stream.write(hasPrompt ? ERASE_LINE + text : text);
    if (hasPrompt) reader.prompt(true);
    return room;
  };
  return {
    isInteractive,
    lines,
    async print(text) {
      if (unread.signal.aborted || write(stdout, text)) return;
      await once(stdout, 'drain', { signal: unread.signal }).catch((error: unknown) => {
        if (!unread.signal.aborted) throw error;
      });
    },
    note(text) {
      write(stderr, text);
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
