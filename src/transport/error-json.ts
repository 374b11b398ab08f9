import { describeThrown, isError, itemsOf, readOf, textOf } from './thrown.js';

/** What is kept of an error beside its name and message: what Node's and the package's own errors say. */
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

/** So many errors are written down of one chain, with those of an AggregateError, however they hang together. */
const MOST_ERRORS = 16;

/** Under these keys values carry what was thrown. */
const THROWN_KEYS: ReadonlySet<string> = new Set(['cause', 'handlerError', 'error']);

type Json = Readonly<Record<string, unknown>>;

/**
 * An error as JSON can have it: `name`, `message`, `code`, what the system said, and the errors behind it (`cause`,
 * `errors`). Other properties stay out, since they may be anything, and so does the stack. Bounded, also in a circle;
 * never throws.
 */
export function errorJson(error: Error): Json {
  return written(error, new Set());
}

/**
 * A thrown value as JSON can have it: an error as `errorJson`, another value as it is, or in words if JSON cannot have
 * it.
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

/** Whether a value is not written down yet, and there is room for one more error. */
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
    return text === undefined ? describeThrown(value) : JSON.parse(text);
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
 * Has `JSON.stringify` write down the errors that a value carries, where it would write `{}`. The value gets a `toJSON`
 * that nothing else shows: it prints, compares, spreads and is cloned as before.
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
