import { describeThrown, isError, itemsOf, readOf, textOf } from './thrown.js';

/**
 * Fields of an error that are kept in addition to its name and message: those of Node's and of the package's errors.
 */
const FACTS = [
  'code',
  'errno',
  'syscall',
  'address',
  'port',
  'hostname',
  'reason',
  'fate',
  'childId',
  'option',
] as const;

/** The most errors written for one chain, including those of an AggregateError. */
const MOST_ERRORS = 16;

/** The keys under which values hold what was thrown. */
const THROWN_KEYS: ReadonlySet<string> = new Set(['cause', 'handlerError', 'error']);

type Json = Readonly<Record<string, unknown>>;

/**
 * An error as JSON: `name`, `message`, `code`, the facts of the system, and its causes (`cause`, `errors`). Other
 * properties are left out, since they may be anything, and so is the stack. The result is bounded, even for errors that
 * refer to each other in a circle. Never throws.
 */
export function errorJson(error: Error): Json {
  return written(error, new Set());
}

/**
 * A thrown value as JSON: an error as in `errorJson`, another value as it is, or a description if it cannot be JSON.
 */
export function thrownJson(thrown: unknown): unknown {
  return inJson(thrown, new Set());
}

function written(error: Error, seen: Set<unknown>): Json {
  seen.add(error);
  const facts = FACTS.map((key) => [key, readOf(error, key)] as const).filter(
    ([, fact]) => typeof fact === 'string' || typeof fact === 'number',
  );
  const cause = readOf(error, 'cause');
  const errors = itemsOf(readOf(error, 'errors'), MOST_ERRORS).filter((one) => isNew(one, seen));
  return {
    name: textOf(error, 'name') || 'Error',
    message: textOf(error, 'message'),
    ...Object.fromEntries(facts),
    ...(cause === undefined || !isNew(cause, seen) ? {} : { cause: inJson(cause, seen) }),
    ...(errors.length === 0 ? {} : { errors: errors.map((one) => inJson(one, seen)) }),
  };
}

/** Whether a value was not written yet, and there is room for one more error. */
function isNew(value: unknown, seen: ReadonlySet<unknown>): boolean {
  return !isError(value) || (!seen.has(value) && seen.size < MOST_ERRORS);
}

function inJson(value: unknown, seen: Set<unknown>): unknown {
  if (isError(value)) return isNew(value, seen) ? written(value, seen) : describeThrown(value);
  try {
    const text = JSON.stringify(value, (_key, member: unknown) => {
      if (typeof member === 'bigint') return String(member);
      return isError(member) ? inJson(member, seen) : member;
    });
    if (text === undefined) return describeThrown(value);
    const json: unknown = JSON.parse(text);
    // A number that is none, or an object that writes itself as a text, would read as another value.
    return typeof json === typeof value && (json === null) === (value === null) ? json : describeThrown(value);
  } catch {
    return describeThrown(value);
  }
}

function toJSON(this: object): Json {
  return Object.fromEntries(
    Object.entries(this).map(([key, value]) => [key, THROWN_KEYS.has(key) ? thrownJson(value) : value]),
  );
}

/**
 * Lets `JSON.stringify` write the errors that a value holds, for which it would write `{}`. The value gets a `toJSON`
 * that is not enumerable: it prints, compares, spreads, and is cloned as before.
 *
 * @returns the same value.
 */
export function withErrorJson<T extends object>(value: T): T {
  return Object.defineProperty(value, 'toJSON', {
    value: toJSON,
    enumerable: false,
    writable: true,
    configurable: true,
  });
}
