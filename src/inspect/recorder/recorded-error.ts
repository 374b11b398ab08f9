import { isIP } from 'node:net';
import { HANDLER_THREW } from '../../machines/ending.js';
import { errorJson, thrownJson } from '../../transport/error-json.js';
import { describeThrown, errorFrom, isError, readOf, textOf } from '../../transport/thrown.js';
import type { TimelineError } from '../../transport/timeline.js';
import { isFixedMessage } from '../redaction/fixed-texts.js';
import { MASK } from '../redaction/masked.js';
import { isData } from './checks.js';

/** The longest text kept of an error, in characters. */
const LONGEST_TEXT = 1000;

/** The longest error or value kept with all of its causes, in characters of JSON, and the deepest. */
const LONGEST_JSON = 8000;
const DEEPEST = 30;

/** What was thrown: an error, or another value. */
export type RecordedThrown = { readonly error: TimelineError } | { readonly thrown: unknown };

/**
 * Turns what was thrown into plain, bounded data; unless messages are to be shown, without anything that a program or a
 * peer may have put into it: names, codes, and addresses of the system's kind stay, and messages that are fixed.
 */
export class ErrorRecorder {
  readonly #shows: boolean;
  /** An error is in several events and in the report, and is the same in all of them, even if it changes meanwhile. */
  readonly #known = new WeakMap<Error, TimelineError>();

  /** @param shows whether messages are shown. */
  constructor(shows: boolean) {
    this.#shows = shows;
  }

  error(error: Error): TimelineError {
    const known = this.#known.get(error);
    if (known !== undefined) return known;
    const recorded = this.#record(error);
    this.#known.set(error, recorded);
    return recorded;
  }

  thrown(value: unknown): RecordedThrown {
    return isError(value) ? { error: this.error(value) } : { thrown: this.#value(value) };
  }

  #record(error: Error): TimelineError {
    const cause = readOf(error, 'cause');
    // It stands for a value, and is made again of that as it is recorded, as a replay does.
    if (hasCause(error) && !isError(cause) && textOf(error, 'message') === errorFrom(cause, HANDLER_THREW).message)
      return errorJson(errorFrom(this.#value(cause), HANDLER_THREW)) as unknown as TimelineError;
    const json = errorJson(error) as unknown as TimelineError;
    const flat = isDeeper(json, DEEPEST) ? withoutCauses(json) : json;
    return bounded(this.#shows ? (withCutTexts(flat) as TimelineError) : masked(flat));
  }

  #value(value: unknown): unknown {
    if (!this.#shows) return MASK;
    const json = thrownJson(value);
    if (typeof json === 'string') return cut(json);
    if (isDeeper(json, DEEPEST) || !isReadable(json)) return describeThrown(value);
    // As an object it would be read as an error.
    return isErrorData(json) ? cut(JSON.stringify(json)) : json;
  }
}

/** Whether plain data is what an error was written as. */
export function isErrorData(value: unknown): value is TimelineError {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof readOf(value, 'name') === 'string' &&
    typeof readOf(value, 'message') === 'string'
  );
}

function hasCause(error: Error): boolean {
  try {
    return 'cause' in error;
  } catch {
    return false;
  }
}

/** A text that is not too long to be kept. */
export function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
}

function bounded(error: TimelineError): TimelineError {
  return isReadable(error) ? error : withoutCauses(error);
}

function withoutCauses({ cause: _cause, errors: _errors, ...first }: TimelineError): TimelineError {
  return first;
}

/** Whether it is short enough to be kept, and is read again by `parseTimeline`, which has bounds of its own. */
function isReadable(json: unknown): boolean {
  return JSON.stringify(json).length <= LONGEST_JSON && isData(json);
}

/** Looks no deeper than it has to: a value may be as deep as the stack. */
function isDeeper(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return levels === 0 || Object.values(json).some((member) => isDeeper(member, levels - 1));
}

function withCutTexts(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) return value.map(withCutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withCutTexts(member)]));
}

/** What the system's facts look like. Others may be anything. */
const FACTS: Readonly<Record<string, (fact: string) => boolean>> = {
  code: (fact) => /^[A-Z][A-Z0-9_]{1,40}$/.test(fact) && !/\d{4}/.test(fact),
  syscall: (fact) => /^[a-z_]{1,20}$/.test(fact),
  address: (fact) => isIP(fact) !== 0,
};

const NUMBERS = ['errno', 'port', 'code'] as const;

/** Names of errors are words. */
const NAME = /^[A-Za-z]{1,40}$/;

function masked(error: TimelineError): TimelineError {
  const facts = Object.entries(FACTS).flatMap(([key, isFact]) => {
    const fact = readOf(error, key);
    return typeof fact === 'string' && isFact(fact) ? [[key, fact] as const] : [];
  });
  const numbers = NUMBERS.flatMap((key) => (typeof error[key] === 'number' ? [[key, error[key]] as const] : []));
  const shown: Omit<TimelineError, 'name' | 'message'> = Object.fromEntries([...facts, ...numbers]);
  return {
    name: NAME.test(error.name) ? error.name : MASK,
    message: isFixedMessage(error.message) || isSystemMessage(error.message, shown) ? error.message : MASK,
    ...shown,
    ...('cause' in error ? { cause: maskedCause(error.cause) } : {}),
    ...(Array.isArray(error.errors) ? { errors: error.errors.map(maskedCause) } : {}),
  };
}

function maskedCause(cause: unknown): unknown {
  return isErrorData(cause) ? masked(cause) : MASK;
}

/** Whether a message is what Node makes of facts that are shown anyway: `connect ECONNREFUSED 127.0.0.1:80`. */
function isSystemMessage(message: string, { syscall, code, address, port }: Partial<TimelineError>): boolean {
  if (syscall === undefined || code === undefined) return false;
  const what = `${syscall} ${code}`;
  return message === what || message === `${what} ${address}` || message === `${what} ${address}:${port}`;
}
