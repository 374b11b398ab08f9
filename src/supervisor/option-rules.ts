import { OptionError } from '../transport/errors.js';

/** Longer texts are cut in messages. */
const SHOWN_LENGTH = 80;

/** A value as a message shows it, on one line. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}...` : value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
    case 'function':
      return 'a function';
    default:
      return String(value);
  }
}

/** The dotted name of an option: `listen: id`, `dial: limits.openWithinMs`. */
export function nameOf(where: string, key: string): string {
  return /^\w+$/.test(where) ? `${where}: ${key}` : `${where}.${key}`;
}

/** @throws {OptionError} for anything but an object that is no list. */
export function checkObject(value: unknown, where: string): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new OptionError(`${where} is ${show(value)}; it must be an object.`);
}

/**
 * Options that nobody reads are mistakes, of spelling mostly.
 *
 * @throws {OptionError} that names the allowed option closest to the unknown one, or all of them if none is like it.
 */
export function rejectUnknownKeys(value: unknown, allowed: readonly string[], where: string): void {
  checkObject(value, where);
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown === undefined) return;
  const closest = closestTo(unknown, allowed);
  const hint = closest === undefined ? `allowed are ${allowed.join(', ')}.` : `did you mean ${closest}?`;
  throw new OptionError(`${nameOf(where, unknown)} is no option; ${hint}`);
}

/** What a number may be. */
export interface NumberRule {
  readonly least: number;
  readonly most: number;
  /** Whole numbers only; `Infinity`, where `most` allows it, counts as whole. */
  readonly isWhole: boolean;
  /** Whether `least` itself is excluded. */
  readonly isAbove?: boolean;
  /** Ends the sentence "allowed are ...". */
  readonly allowed: string;
}

/** @throws {OptionError} for anything but a number within the rule. */
export function checkNumber(value: unknown, rule: NumberRule, name: string): number {
  const isNumber = typeof value === 'number' && (!rule.isWhole || Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY);
  if (!isNumber || !(value <= rule.most) || !(rule.isAbove === true ? value > rule.least : value >= rule.least)) {
    throw new OptionError(`${name} is ${show(value)}; allowed are ${rule.allowed}.`);
  }
  return value;
}

/** The allowed name that differs least from a mistaken one; `undefined` if none is like it. */
function closestTo(mistaken: string, allowed: readonly string[]): string | undefined {
  const [best] = allowed.map((name) => ({ name, distance: editDistance(mistaken.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, mistaken.length / 2) ? best.name : undefined;
}

/** Levenshtein's distance: how many letters must be added, dropped, or changed. */
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
