import { atMost, FLUSH_WITHIN_MS, Outlet } from '../process/outlet.js';
import type { Terminal } from '../process/terminal.js';
import { type Entry, entry } from './entry.js';
import { jsonLine } from './json-line.js';
import { MASKED, type Masking, UNMASKED } from './masked.js';
import { visible, visibleLines } from './visible.js';

/** Widths of the columns for people; longer contents push the rest to the right. */
const WORD_WIDTH = 9;
const ABOUT_WIDTH = 14;

/** Longer texts are cut in lines for people, in UTF-16 units; lines for programs have them whole. */
const LONGEST_TEXT = 4096;

/** Writes entries down, one line each. */
export interface Log {
  write(entry: Entry): void;
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

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}... (${text.length - LONGEST_TEXT} more)` : text;
}

/** The part of an entry that may be shown: the data of a message in full, everything else without secrets. */
const maskingOf = ({ isData }: Entry, masking: Masking): Masking => (isData ? UNMASKED : masking);

/** A line for people: local time, what, whom, the rest. Text that came from peers cannot forge another line. */
export function textLine(written: Entry, at: Date, masking = MASKED): string {
  const { word, about, text } = written;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  const shown = maskingOf(written, masking).text(cut(text));
  return `${visible(`${time}  ${word.padEnd(WORD_WIDTH)} ${about.padEnd(ABOUT_WIDTH)} ${shown}`).trimEnd()}\n`;
}

/** A line for programs: time in ISO 8601, event, fields. */
export function eventLine(written: Entry, at: Date, masking = MASKED): string {
  const { event, fields } = written;
  return jsonLine({ time: at.toISOString(), event, ...fields }, maskingOf(written, masking));
}

/**
 * Makes a log on stdout. A service outlives the reader of its log, and a disk that is full: stderr says so once, and
 * the log how many lines it lacks.
 */
export function createLog(
  { stdout, stderr, now }: Terminal,
  { json, quiet, showSecrets = false, wallNow }: LogOptions,
): Log {
  const masking = showSecrets ? UNMASKED : MASKED;
  const lineOf = (written: Entry) => (json ? eventLine : textLine)(written, new Date(wallNow()), masking);
  const gap = (lines: number) => {
    const text = `${lines} ${lines === 1 ? 'line' : 'lines'} of this log, which could not be written`;
    return lineOf(entry('log.dropped', 'dropped', { text, fields: { lines }, isTrouble: true }));
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
      if (!quiet || written.isTrouble) lines.write(lineOf(written));
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
