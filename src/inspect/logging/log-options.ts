import { checkObject, readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { LOGGED, type Masking, UNMASKED } from '../redaction/masked.js';
import type { LogLevel } from './log-entry.js';

/** What a logger in the manner of pino has; bunyan's has it as well. */
export type StructuredLogger = {
  /** Writes a line of `fields` and a message. */
  readonly [Level in LogLevel]: (fields: Record<string, unknown>, message: string) => void;
} & {
  /** Where it is there, fields of levels that are not written are not made. */
  readonly isLevelEnabled?: (level: LogLevel) => boolean;
};

/** What `logEvents` needs of a console. */
export type LineLogger = { readonly [Level in LogLevel]: (line: string) => void };

/** Where and how the events of a supervisor are logged: one of `pino` and `console`, and how. */
export interface LogEventsOptions {
  /** A logger of pino, or one like it. Each event is an object, with `event` and what belongs to it, and a message. */
  readonly pino?: StructuredLogger | undefined;
  /** A console: each event is one line. */
  readonly console?: LineLogger | undefined;
  /** Whether the lines of a console are JSON for programs, not columns for people. Default false. */
  readonly json?: boolean | undefined;
  /** The least level that is logged. A logger of pino has its own beside it. Default `debug`. */
  readonly level?: LogLevel | undefined;
  /**
   * Whether passwords, tokens, values of query strings, and the reasons of Close frames are shown as they are, not as
   * `***`. Default false.
   */
  readonly showSecrets?: boolean | undefined;
}

const KEYS = ['pino', 'console', 'json', 'level', 'showSecrets'] as const satisfies (keyof LogEventsOptions)[];

/** From the least important on. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

/** The options, checked and with their defaults. */
export interface LogSettings {
  readonly to: { readonly pino: StructuredLogger } | { readonly console: LineLogger };
  readonly json: boolean;
  /** The place of the least level in `LOG_LEVELS`. */
  readonly least: number;
  readonly masking: Masking;
}

const WHERE = 'logEvents';

/** @throws {OptionError} for a wrong option. */
export function resolveLog(options: LogEventsOptions): LogSettings {
  const { pino, console, json = false, level = 'debug', showSecrets = false } = readOptions(options, KEYS, WHERE);
  if ((pino === undefined) === (console === undefined))
    throw wrongOption(
      `${WHERE}: options`,
      pino === undefined ? 'name no logger; give pino or console' : 'name two loggers; give pino or console, not both',
    );
  if (pino !== undefined && json) throw wrongOption(`${WHERE}: json`, 'is for a console; pino has a format of its own');
  const least = LOG_LEVELS.indexOf(level);
  if (least === -1)
    throw wrongOption(`${WHERE}: level`, `is ${show(level)}; it must be one of ${LOG_LEVELS.join(', ')}`);
  for (const [name, value] of Object.entries({ json, showSecrets }))
    if (typeof value !== 'boolean')
      throw wrongOption(`${WHERE}: ${name}`, `is ${show(value)}; it must be true or false`);
  return {
    to: console === undefined ? { pino: loggerOf(pino, 'pino') } : { console: loggerOf(console, 'console') },
    json,
    least,
    masking: showSecrets ? UNMASKED : LOGGED,
  };
}

function loggerOf<T>(given: T | undefined, name: 'pino' | 'console'): T {
  const where = `${WHERE}: ${name}`;
  // A logger of some packages is a function that has the methods.
  if (typeof given !== 'function') checkObject(given, where);
  const missing = LOG_LEVELS.find((level) => typeof (given as Record<string, unknown>)[level] !== 'function');
  if (missing !== undefined)
    throw wrongOption(where, `has no method ${missing}; it must be a logger with ${LOG_LEVELS.join(', ')}`);
  return given;
}
