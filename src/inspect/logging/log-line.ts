import { jsonLine, plainData } from '../redaction/json-line.js';
import { LOGGED, type Masking, UNMASKED } from '../redaction/masked.js';
import { visible } from '../redaction/visible.js';
import type { LogEntry } from './log-entry.js';

/** Widths of the columns for people; longer contents push the rest to the right. */
const WORD_WIDTH = 9;
const ABOUT_WIDTH = 14;

/** Longer texts are cut in lines for people, in UTF-16 units; lines for programs have them whole. */
const LONGEST_TEXT = 4096;

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}... (${text.length - LONGEST_TEXT} more)` : text;
}

/** The part of an entry that may be shown: the data of a message in full, everything else without secrets. */
const maskingOf = ({ isData }: LogEntry, masking: Masking): Masking => (isData ? UNMASKED : masking);

/** A line for people: local time, what, whom, the rest. Text that came from peers cannot forge another line. */
export function textLine(written: LogEntry, at: Date, masking = LOGGED): string {
  const { word, about, text } = written;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
  const shown = maskingOf(written, masking).text(cut(text));
  return `${visible(`${time}  ${word.padEnd(WORD_WIDTH)} ${about.padEnd(ABOUT_WIDTH)} ${shown}`).trimEnd()}\n`;
}

/** A line for programs: time in ISO 8601, event, fields. */
export function eventLine(written: LogEntry, at: Date, masking = LOGGED): string {
  const { event, fields } = written;
  return jsonLine({ time: at.toISOString(), event, ...fields }, maskingOf(written, masking));
}

/** A message for people without time, in one line: what, whom, the rest. */
export function messageLine(written: LogEntry, masking = LOGGED): string {
  const { word, about, text } = written;
  const parts = [word, about.trim(), maskingOf(written, masking).text(cut(text))];
  return visible(parts.filter((part) => part !== '').join(' '));
}

/** What a structured logger gets: plain data, errors included. As such loggers do, `err` is the error. */
export function fieldsOf(written: LogEntry, masking = LOGGED): Record<string, unknown> {
  const { event, fields } = written;
  const { error, ...rest } = fields;
  const plain = plainData(
    { event, ...rest, ...(error === undefined ? {} : { err: error }) },
    maskingOf(written, masking),
  );
  return plain as Record<string, unknown>;
}
