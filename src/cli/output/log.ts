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
  /** Writes a line that a worker has written: it is as it should be. */
  pass(line: string): void;
  /** Writes such a line to stderr. */
  note(line: string): void;
  /** Resolves when the reader has all, or has had `FLUSH_WITHIN_MS`. */
  flushed(): Promise<void>;
}

/** How a log looks, and how much of it there is. */
export interface LogOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
  /** The number of the worker whose log it is; every line names it. */
  readonly worker?: number | undefined;
  /** Unix time in ms. */
  readonly wallNow: () => number;
}

/**
 * Makes a log on stdout. A service outlives the reader of its log, and a disk that is full: stderr says so once, and
 * the log how many lines it lacks.
 */
export function createLog(
  { stdout, stderr, now }: Terminal,
  { json, quiet, showSecrets = false, worker, wallNow }: LogOptions,
): Log {
  const masking = showSecrets ? UNMASKED : LOGGED;
  const lineOf = (written: LogEntry) =>
    (json ? eventLine : textLine)(byWorker(written, worker), new Date(wallNow()), masking);
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
    pass(line) {
      lines.write(`${line}\n`);
    },
    note(line) {
      notes.write(`${line}\n`);
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

function byWorker(entry: LogEntry, worker: number | undefined): LogEntry {
  if (worker === undefined) return entry;
  return { ...entry, about: `w${worker} ${entry.about}`.trim(), fields: { worker, ...entry.fields } };
}
