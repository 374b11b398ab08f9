import { isIP } from 'node:net';
import { HANDLER_THREW } from '../../machines/ending.js';
import { errorJson, thrownJson } from '../../transport/error-json.js';
import { describeThrown, errorFrom, isError, readOf, textOf } from '../../transport/thrown.js';
import type { TimelineError } from '../../transport/timeline.js';
import { isFixedMessage } from './fixed-texts.js';

/** Stands for what is not shown. */
export const MASK = '***';

/** The longest text kept of an error, in characters. */
const LONGEST_TEXT = 1000;

/** The longest error or value kept with all of its causes, in characters of JSON. */
const LONGEST_JSON = 8000;

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
    return this.#shows ? bounded(json) : masked(json);
  }

  #value(value: unknown): unknown {
    if (!this.#shows) return MASK;
    const json = thrownJson(value);
    if (typeof json === 'string') return cut(json);
    return JSON.stringify(json).length > LONGEST_JSON ? describeThrown(value) : json;
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

function cut(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text;
}

function bounded(error: TimelineError): TimelineError {
  const texts = withCutTexts(error) as TimelineError;
  if (JSON.stringify(texts).length <= LONGEST_JSON) return texts;
  const { cause: _cause, errors: _errors, ...first } = texts;
  return first;
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
    ...(error.errors === undefined ? {} : { errors: error.errors.map(maskedCause) }),
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
