import type { Unsubscribable } from 'rxjs';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { type LogEntry, logEntryOf } from './log-entry.js';
import { eventLine, fieldsOf, messageLine, textLine } from './log-line.js';
import { LOG_LEVELS, type LogEventsOptions, type LogSettings, resolveLog } from './log-options.js';

/**
 * Logs what happens in a supervisor and below it, as `wirekeeper serve` does: opened and ended connections with
 * `explain`'s sentence, refused handshakes, restarts, drains. What a peer has sent cannot forge a line, and what looks
 * like a secret is shown as `***`.
 *
 * A logger that throws is detached, as any subscriber of `events$`, and reported as `observer.threw`.
 *
 * @returns `unsubscribe` ends the logging. It ends with the supervisor as well.
 * @throws {OptionError} for a wrong option.
 */
export function logEvents(supervisor: Supervisor, options: LogEventsOptions): Unsubscribable {
  const settings = resolveLog(options);
  const write = writerOf(settings);
  return supervisor.events$.subscribe((event) => {
    const entry = logEntryOf(event, settings.masking);
    if (entry !== undefined && LOG_LEVELS.indexOf(entry.level) >= settings.least) write(entry);
  });
}

function writerOf({ to, json, masking }: LogSettings): (entry: LogEntry) => void {
  if ('console' in to) {
    const { console } = to;
    const lineOf = json ? eventLine : textLine;
    // A console ends the line.
    return (entry) => console[entry.level](lineOf(entry, new Date(), masking).trimEnd());
  }
  const { pino } = to;
  return (entry) => {
    if (pino.isLevelEnabled?.(entry.level) === false) return;
    pino[entry.level](fieldsOf(entry, masking), messageLine(entry, masking));
  };
}
