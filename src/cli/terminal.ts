import type { Readable, Writable } from 'node:stream';

/** What a stream may say of the terminal it is. */
interface MaybeTty {
  readonly isTTY?: boolean;
}

/** The world of a command: its streams and its signals. The process's own in `main.ts`, anything else in tests. */
export interface Terminal {
  readonly stdin: Readable & MaybeTty;
  readonly stdout: Writable & MaybeTty;
  readonly stderr: Writable & MaybeTty;
  /** How this program was started, for the lines that say what to try. */
  readonly program: string;
  /** How wide stdout is; `undefined` if it is no terminal. */
  readonly columns?: number | undefined;
  /** Calls `listener` at each SIGINT and SIGTERM, until the function returned is called. */
  onSignal(listener: () => void): () => void;
}

/** Control characters save tab: what moves a terminal's cursor, or forges a line of a log. */
const CONTROLS = /[^\P{Cc}\t]/gu;

/** Makes text of a peer fit for one line of a terminal or a log: control characters are shown, not obeyed. */
export function visible(text: string): string {
  return text.replace(CONTROLS, (control) => (control === '\n' ? '\\n' : `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`));
}
