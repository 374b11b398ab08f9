import type { Entry } from './entry.js';
import { jsonLine } from './json-line.js';
import { type Terminal, visible } from './terminal.js';

/** Widths of the columns for people; longer contents push the rest to the right. */
const WORD_WIDTH = 9;
const ABOUT_WIDTH = 14;

/** Writes entries down, one line each. */
export interface Log {
  write(entry: Entry): void;
}

/** How a log looks, and how much of it there is. */
export interface LogOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Unix time in ms. */
  readonly wallNow: () => number;
}

/** A line for people: local time, what, whom, the rest. Text that came from peers cannot forge another line. */
export function textLine({ word, about, text }: Entry, at: Date): string {
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  return `${visible(`${time}  ${word.padEnd(WORD_WIDTH)} ${about.padEnd(ABOUT_WIDTH)} ${text}`).trimEnd()}\n`;
}

/** A line for programs: time in ISO 8601, event, fields. */
export function eventLine({ event, fields }: Entry, at: Date): string {
  return jsonLine({ time: at.toISOString(), event, ...fields });
}

/** Makes a log on stdout. A service outlives the reader of its log: it says so once, and goes on without. */
export function createLog({ stdout, stderr }: Terminal, { json, quiet, wallNow }: LogOptions): Log {
  let isRead = true;
  const onError = (error: Error) => {
    if (isRead) stderr.write(`wirekeeper: the log cannot be written any more: ${error.message}\n`);
    isRead = false;
  };
  stdout.on('error', onError);
  return {
    write(entry) {
      if (!isRead || (quiet && !entry.isTrouble)) return;
      const at = new Date(wallNow());
      stdout.write(json ? eventLine(entry, at) : textLine(entry, at));
    },
  };
}
