import { show, showName } from '../../transport/show.js';
import { nameOf, wrongOption } from '../../transport/wrong-option.js';

/**
 * Reads one value of a file that anybody may have written, and returns what is known of it.
 *
 * @throws {OptionError} with the value's place, the value, and what it must be.
 */
export type Check<T> = (value: unknown, where: string) => T;

/** What is read by the checks of an object's members. */
type Read<Parts> = { readonly [Key in keyof Parts]: Parts[Key] extends Check<infer T> ? T : never };

type Checks = Readonly<Record<string, Check<unknown>>>;

/** The deepest and the largest plain data that is read. */
const DEEPEST = 40;
const LONGEST_LIST = 1000;
const LONGEST_TEXT = 10_000;

export const text: Check<string> = (value, where) => {
  if (typeof value === 'string' && value.length <= LONGEST_TEXT) return value;
  const shown = typeof value === 'string' ? `a text of ${value.length} characters` : show(value);
  throw wrongOption(where, `is ${shown}; it must be a text of at most ${LONGEST_TEXT} characters`);
};

/** A name, an id, or a path of states. */
export const name: Check<string> = (value, where) => {
  const given = text(value, where);
  if (given !== '') return given;
  throw wrongOption(where, `is ${show(given)}; it must be a text of 1 to ${LONGEST_TEXT} characters`);
};

export const number: Check<number> = (value, where) => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw wrongOption(where, `is ${show(value)}; it must be a number`);
};

/** A count, a duration, or a time. */
export const positive: Check<number> = (value, where) => {
  if (number(value, where) >= 0) return value as number;
  throw wrongOption(where, `is ${show(value)}; it must be a number from 0 on`);
};

export const truth: Check<boolean> = (value, where) => {
  if (typeof value === 'boolean') return value;
  throw wrongOption(where, `is ${show(value)}; it must be true or false`);
};

export function oneOf<const Words extends readonly (string | number)[]>(words: Words): Check<Words[number]> {
  return (value, where) => {
    const word = words.find((known) => known === value);
    if (word !== undefined) return word;
    throw wrongOption(where, `is ${show(value)}; it must be ${words.map(show).join(' or ')}`);
  };
}

export function listOf<T>(item: Check<T>, most = Number.POSITIVE_INFINITY): Check<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw wrongOption(where, `is ${show(value)}; it must be a list`);
    if (value.length > most) throw wrongOption(where, `has ${value.length} items; it must have at most ${most}`);
    return value.map((member, index) => item(member, `${where}[${index}]`));
  };
}

/** An object with certain members, of which some may be missing. Others are left out. */
export function object<const Required extends Checks, const Optional extends Checks>(
  required: Required,
  optional?: Optional,
): Check<Read<Required> & Partial<Read<Optional>>> {
  return (value, where) => {
    const given = objectIn(value, where);
    const read = (key: string, check: Check<unknown>) =>
      [key, check(memberOf(given, key), nameOf(where, key))] as const;
    const members = [
      ...Object.entries(required).map(([key, check]) => read(key, check)),
      ...Object.entries(optional ?? {}).flatMap(([key, check]) =>
        memberOf(given, key) === undefined ? [] : [read(key, check)],
      ),
    ];
    return Object.fromEntries(members) as Read<Required> & Partial<Read<Optional>>;
  };
}

/** @throws {OptionError} for what is no object. */
export function objectIn(value: unknown, where: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw wrongOption(
    where,
    value === undefined ? 'is missing; it must be an object' : `is ${show(value)}; it must be an object`,
  );
}

/** A member of an object's own: what it inherits was not in the file. */
export function memberOf(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

/** Any plain data, not too deep, as a copy. */
export const data: Check<unknown> = (value, where) => copied(value, where, 0);

/** Whether a value passes as plain data. */
export function isData(value: unknown): boolean {
  try {
    data(value, 'value');
    return true;
  } catch {
    return false;
  }
}

function copied(value: unknown, where: string, depth: number): unknown {
  if (depth > DEEPEST) throw wrongOption(where, `is deeper than ${DEEPEST} levels; it must be less deep`);
  if (typeof value === 'string') return text(value, where);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return listOf((item, at) => copied(item, at, depth + 1), LONGEST_LIST)(value, where);
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__');
  if (entries.length > LONGEST_LIST)
    throw wrongOption(where, `has ${entries.length} members; it must have at most ${LONGEST_LIST}`);
  return Object.fromEntries(
    entries.map(([key, member]) => [key, copied(member, nameOf(where, showName(key)), depth + 1)]),
  );
}
