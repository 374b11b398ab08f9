import { eventLine, type LogEntry, logEntry, textLine } from '../../inspect/index.js';
import { LOGGED, UNMASKED } from '../../inspect/redaction/masked.js';
import { visible, visibleLines } from '../../inspect/redaction/visible.js';
import { atMost, FLUSH_WITHIN_MS, Outlet } from '../process/outlet.js';
import type { Terminal } from '../process/terminal.js';

/** Writes entries down, one line each. */
export interface Log {
  write(entry: LogEntry): void;
  /** Prints lines for people as they are, without a time. */
  print(text: string): void;
  /** Resolves when the reader has all, or has had `FLUSH_WITHIN_MS`. */
  flushed(): Promise<void>;
}

/** How a log looks, and how much of it there is. */
export interface LogOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
  /** Unix time in ms. */
  readonly wallNow: () => number;
}

/**
 * Makes a log on stdout. A service outlives the reader of its log, and a disk that is full: stderr says so once, and
 * the log how many lines it lacks.
 */
export function createLog(
  { stdout, stderr, now }: Terminal,
  { json, quiet, showSecrets = false, wallNow }: LogOptions,
): Log {
  const masking = showSecrets ? UNMASKED : LOGGED;
  const lineOf = (written: LogEntry) => (json ? eventLine : textLine)(written, new Date(wallNow()), masking);
  const gap = (lines: number) => {
    const text = `${lines} ${lines === 1 ? 'line' : 'lines'} of this log, which could not be written`;
    return lineOf(logEntry('log.dropped', 'dropped', { text, fields: { lines }, level: 'warn' }));
  };
  const notes = new Outlet(stderr, {
    now,
    gap: (lines) => `wirekeeper: ${lines} lines are missing here, which could not be written\n`,
    onFailed: () => {},
  });
  const onFailed = (error: Error) =>
    notes.write(
      `wirekeeper: the log cannot be written any more: ${visible(error.message)}; lines are dropped and counted\n`,
    );
  const lines = new Outlet(stdout, { now, gap, onFailed });
  return {
    write(written) {
      if (!quiet || isTrouble(written)) lines.write(lineOf(written));
    },
    print(text) {
      lines.write(visibleLines(masking.text(text)));
    },
    flushed: () =>
      atMost(
        FLUSH_WITHIN_MS,
        lines.flushed().then(() => notes.flushed()),
      ),
  };
}

/** Whether something is amiss on this side: `--quiet` leaves only these. */
const isTrouble = ({ level }: LogEntry): boolean => level === 'warn' || level === 'error';
