import { isList, show, showName } from './show.js';
import { nameOf, wrongOption } from './wrong-option.js';

/** @throws {OptionError} for anything but an object, and for a list. */
export function checkObject(value: unknown, where: string): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value))
    throw wrongOption(where, `is ${show(value)}; it must be an object`);
}

/**
 * Reads options, each of them once: a getter may throw, or return another value the next time.
 *
 * @returns a plain object of the options that are not `undefined`, inherited ones included.
 * @throws {OptionError} for anything but an object; for an object of a class that has none of the options, such as a
 *   Map or a promise; for an option that cannot be read; and for an unknown option, with the closest allowed option, or
 *   all of them if none is close.
 */
export function readOptions<T extends object>(given: T, allowed: readonly (keyof T & string)[], where: string): T {
  // For the options of a call itself the error names them: `dial: options`.
  const whole = /^\w+$/.test(where) ? nameOf(where, 'options') : where;
  checkObject(given, whole);
  rejectUnknownKeys(given, allowed, where, whole);
  if (!read(() => isPlain(given) || allowed.some((key) => key in given), whole)) {
    throw wrongOption(
      whole,
      'is an object of a class that has none of the options, such as a promise or a Map; ' +
        'it must be an object of options',
    );
  }
  const known = allowed.map((key) => [key, read(() => (given as T)[key], nameOf(where, key))] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined)) as T;
}

/** Whether an object was written as `{ ... }`, in any realm. May throw what a proxy throws. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    prototype === null ||
    (Object.hasOwn(prototype as object, 'hasOwnProperty') && Object.getPrototypeOf(prototype) === null)
  );
}

/**
 * The items of a list, each read once.
 *
 * @throws {OptionError} for anything but a list, and for a list that cannot be read.
 */
export function readList(given: unknown, where: string, items: string): readonly unknown[] {
  if (!isList(given)) throw wrongOption(where, `is ${show(given)}; it must be a list of ${items}`);
  return read(() => Array.from(given), where);
}

/**
 * Reads a value that may be behind a getter or a proxy of the user's.
 *
 * @throws {OptionError} if that throws, with what it threw as its cause.
 */
export function read<T>(get: () => T, name: string): T {
  try {
    return get();
  } catch (cause) {
    throw wrongOption(name, 'threw when it was read; it must be a value that can be read', { cause });
  }
}

/** @throws {OptionError} for the first unknown option. */
function rejectUnknownKeys(value: object, allowed: readonly string[], where: string, whole: string): void {
  const unknown = read(() => Object.keys(value), whole).find((key) => !allowed.includes(key));
  if (unknown === undefined) return;
  const closest = closestTo(unknown, allowed);
  const hint = closest === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean ${closest}?`;
  throw wrongOption(nameOf(where, showName(unknown)), `is not an option; ${hint}`);
}

/** The allowed name that is closest to an unknown one; `undefined` if none is close. */
function closestTo(mistaken: string, allowed: readonly string[]): string | undefined {
  const [best] = allowed
    .map((name) => ({ name, distance: editDistance(mistaken.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, mistaken.length / 2) ? best.name : undefined;
}

/** Levenshtein distance: how many letters must be added, removed, or changed. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
