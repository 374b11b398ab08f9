/** Longest chain of causes that is followed: a getter may make a new one each time. */
const LONGEST_CHAIN = 16;

/** Longer texts are cut where a thrown value is described. */
const DESCRIBED_LENGTH = 200;

/**
 * What may be thrown is anything: a proxy that was revoked, an error whose `message` throws, an object without
 * prototype. These functions are the only ones that look into such a value, and none of them throws.
 */

/** Whether a value is an Error, one of another realm included. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/** A property of a value; `undefined` if reading it throws. */
export function readOf(value: object, key: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}

/** A property of a value if it is a text; else an empty one. */
export function textOf(value: object, key: string): string {
  const found = readOf(value, key);
  return typeof found === 'string' ? found : '';
}

/** Whether an error was made with that value as its `cause`, which may be `undefined`. */
export function isCauseOf(value: unknown, error: Error): boolean {
  try {
    return 'cause' in error && error.cause === value;
  } catch {
    return false;
  }
}

/** The first items of a list; none if it is no list, or cannot be read. */
export function itemsOf(value: unknown, most: number): readonly unknown[] {
  try {
    return Array.isArray(value)
      ? Array.from({ length: Math.min(value.length, most) }, (_, index) => value[index] as unknown)
      : [];
  } catch {
    return [];
  }
}

/**
 * The error, and those behind it; of several at once, such as one for each address of a name, the first. Bounded, also
 * in a circle.
 */
export function* chainOf(error: unknown): Generator<Error> {
  const seen = new Set<unknown>();
  for (
    let next = error;
    isError(next) && !seen.has(next) && seen.size < LONGEST_CHAIN;
    next = readOf(next, 'cause') ?? itemsOf(readOf(next, 'errors'), 1)[0]
  ) {
    seen.add(next);
    yield next;
  }
}

/** What was thrown, in words: an error's message, a text as it is, and of an object no more than that it is one. */
export function describeThrown(thrown: unknown): string {
  switch (typeof thrown) {
    case 'string':
      return thrown.length > DESCRIBED_LENGTH ? `${thrown.slice(0, DESCRIBED_LENGTH)}...` : thrown;
    case 'object':
      if (thrown === null) return 'null';
      return isError(thrown) ? textOf(thrown, 'message') || textOf(thrown, 'name') || 'an error' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(thrown);
  }
}

/**
 * An error to stand for what was thrown: itself if it is one, else a new one that has it as its `cause`.
 *
 * @param what begins the new one's message: `the handler threw`.
 */
export function errorFrom(thrown: unknown, what: string): Error {
  return isError(thrown) ? thrown : new Error(`${what} ${describeThrown(thrown)}`, { cause: thrown });
}
