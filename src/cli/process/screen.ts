import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { flushed, Outlet } from './outlet.js';
import { linesOf, nothing, wholeOf } from './stdin-input.js';
import type { Terminal } from './terminal.js';

/** Moves to the beginning of the line and erases it, so that output replaces the prompt. */
const ERASE_LINE = '\r\u001b[K';

/** The error codes of a write after the reader has gone away: of a pipe, and of a terminal. */
const READER_GONE: ReadonlySet<string> = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** How stdin is read: by lines, to its end as one, or not at all. */
export type InputForm = 'lines' | 'whole' | 'none';

/** The input and output of an interactive command. */
export interface Screen {
  /**
   * Whether stdin and stdout are both a terminal, and lines are read: then there is a prompt, and received lines are
   * marked.
   */
  readonly isInteractive: boolean;
  /** Whether stdout is a terminal, which obeys control characters. */
  readonly isShown: boolean;
  /** The lines of stdin, as bytes. They are held until they are read. */
  readonly lines: AsyncIterable<Buffer>;
  /** Prints to stdout; resolves when it may be written to again, and at once when nobody reads it any more. */
  print(text: string | Uint8Array): Promise<void>;
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
export function openScreen(
  { stdin, stdout, stderr, now }: Pick<Terminal, 'stdin' | 'stdout' | 'stderr' | 'now'>,
  input: InputForm = 'lines',
): Screen {
  const gap = (lines: number) => `* ${lines} lines are missing here, which could not be written\n`;
  const notes = new Outlet(stderr, { now, gap, onFailed: () => {} });
  const isInteractive = input === 'lines' && stdin.isTTY === true && stdout.isTTY === true;
  const editor = isInteractive
    ? createInterface({
        input: stdin,
        output: stdout,
        prompt: '> ',
        terminal: true,
        crlfDelay: Number.POSITIVE_INFINITY,
      })
    : undefined;
  // Before the first await: what is typed while nobody iterates would be lost.
  const lines = editor === undefined ? FORMS[input](stdin) : typedInto(editor);
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
  editor?.on('close', () => {
    isClosed = true;
    stdout.write(ERASE_LINE);
  });
  editor?.on('line', () => editor.prompt());
  /** Writes above the prompt, then shows the prompt again. */
  const write = (text: string, to: (text: string) => boolean): boolean => {
    const hasPrompt = editor !== undefined && !isClosed;
    const hasRoom = to(hasPrompt ? ERASE_LINE + text : text);
    if (hasPrompt) editor.prompt(true);
    return hasRoom;
  };
  /** Bytes are for files and pipes, which have no prompt. */
  const put = (text: string | Uint8Array) =>
    typeof text === 'string' ? write(text, (line) => stdout.write(line)) : stdout.write(text);
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
      if (unread.signal.aborted || put(text)) return;
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
      editor?.on('SIGINT', listener);
      unread.signal.addEventListener('abort', listener);
    },
    close() {
      if (editor !== undefined) editor.close();
      else if (input !== 'none') stdin.destroy();
    },
  };
}

const FORMS = { lines: linesOf, whole: wholeOf, none: nothing } as const;

function typedInto(editor: Interface): AsyncIterable<Buffer> {
  const typed = editor[Symbol.asyncIterator]();
  return (async function* () {
    for await (const line of typed) yield Buffer.from(line);
  })();
}
