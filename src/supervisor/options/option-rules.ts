import { types } from 'node:util';
import { checkObject, read } from '../../transport/read-options.js';
import { isInstance, show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { HandshakeFollower } from '../api/handshake-follower.js';
import type { Observer } from '../api/observer.js';

export { checkObject, isPlain, read, readList, readOptions } from '../../transport/read-options.js';
export { isInstance, isList, show, showName } from '../../transport/show.js';
export { nameOf, wrongOption } from '../../transport/wrong-option.js';

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

/** The rule for whole numbers between two, these included. */
export const wholeFrom = (least: number, most: number): NumberRule => ({
  least,
  most,
  isWhole: true,
  allowed: `whole numbers from ${least} to ${most}`,
});

/** @throws {OptionError} for anything but a number that the rule allows. */
export function checkNumber(value: unknown, rule: NumberRule, name: string): number {
  const isNumber =
    typeof value === 'number' && (!rule.isWhole || Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY);
  if (!isNumber || !(value <= rule.most) || !(rule.isAbove === true ? value > rule.least : value >= rule.least)) {
    throw wrongOption(name, `is ${show(value)}; allowed are ${rule.allowed}`);
  }
  return value;
}

/** @throws {OptionError} for anything but a function, and for a generator function: calling it would run nothing. */
export function checkFunction(value: unknown, where: string): void {
  if (value === undefined) throw wrongOption(where, 'is required and must be a function');
  if (typeof value !== 'function') throw wrongOption(where, `is ${show(value)}; it must be a function`);
  if (types.isGeneratorFunction(value))
    throw wrongOption(
      where,
      'is a generator function, which runs nothing when called; it must be a plain or an async one',
    );
}

/** @throws {OptionError} for anything but a text that can be printed on one line. */
export function checkId(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(value)) {
    throw wrongOption(where, `is ${show(value)}; allowed are 1 to 128 printable ASCII characters`);
  }
  return value;
}

/** @throws {OptionError} for anything but an AbortSignal, or nothing. */
export function checkSignal(value: unknown, where: string): void {
  if (value !== undefined && !isInstance(value, AbortSignal))
    throw wrongOption(where, `is ${show(value)}; it must be an AbortSignal`);
}

/** @throws {OptionError} for anything but true and false. */
export function checkBoolean(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw wrongOption(where, `is ${show(value)}; allowed are true and false`);
  return value;
}

/** @throws {OptionError} for anything but an object that has these methods. */
export function checkMethods(value: unknown, methods: readonly string[], where: string): void {
  checkObject(value, where);
  const missing = methods.find((method) => typeof read(() => value[method], `${where}.${method}`) !== 'function');
  if (missing !== undefined) throw wrongOption(where, `has no method ${missing}; it must have ${methods.join(', ')}`);
}

/** @throws {OptionError} for what is no object, or has something else than a function for a method of `Observer`. */
export function checkObserver(observer: unknown, where: string): asserts observer is Observer {
  checkCallbacks(observer, ['began', 'stepped', 'noted', 'ended'], where);
}

/** @throws {OptionError} for anything but an object whose methods are functions, and that has `began`. */
export function checkFollower(follower: unknown): asserts follower is HandshakeFollower {
  const where = 'followHandshakes: follower';
  checkCallbacks(follower, ['began', 'planned'], where);
  if (follower['began'] === undefined) throw wrongOption(`${where}.began`, 'is missing; it must be a function');
}

function checkCallbacks(
  given: unknown,
  names: readonly string[],
  where: string,
): asserts given is Readonly<Record<string, unknown>> {
  checkObject(given, where);
  for (const name of names) {
    const method = read(() => given[name], `${where}.${name}`);
    if (method !== undefined && typeof method !== 'function')
      throw wrongOption(`${where}.${name}`, `is ${show(method)}; it must be a function`);
  }
}

/** @throws {OptionError} for anything that is not iterable. */
export function checkIterable(value: unknown, where: string): void {
  const isIterable =
    value !== null &&
    value !== undefined &&
    read(() => typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function', where);
  if (!isIterable) throw wrongOption(where, `is ${show(value)}; it must be iterable`);
}
