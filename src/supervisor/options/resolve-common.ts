import { types } from 'node:util';
import { OptionError } from '../../transport/errors.js';
import { checkObject, isInstance, read, show } from './option-rules.js';

/** @throws {OptionError} for anything but a function, and for a generator function: nobody would have it run. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value !== 'function')
    throw new OptionError(
      `${where} is ${value === undefined ? 'missing' : `no function but ${show(value)}`}; it must be one.`,
    );
  if (types.isGeneratorFunction(value))
    throw new OptionError(
      `${where} is a generator function, which does nothing when it is called; it must be another one.`,
    );
}

/** @throws {OptionError} for anything but a text that can be printed on one line. */
export function checkId(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(value)) {
    throw new OptionError(`${where} is ${show(value)}; allowed are 1 to 128 printable ASCII characters.`);
  }
  return value;
}

/** @throws {OptionError} for anything but an AbortSignal, or nothing. */
export function checkSignal(value: unknown, where: string): void {
  if (value !== undefined && !isInstance(value, AbortSignal))
    throw new OptionError(`${where} is no AbortSignal but ${show(value)}; it must be one.`);
}

/** @throws {OptionError} for anything but true and false. */
export function checkBoolean(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw new OptionError(`${where} is ${show(value)}; allowed are true and false.`);
  return value;
}

/** @throws {OptionError} for anything but an object that has these methods. */
export function checkMethods(value: unknown, methods: readonly string[], where: string): void {
  checkObject(value, where);
  const missing = methods.find((method) => typeof read(() => value[method], `${where}.${method}`) !== 'function');
  if (missing !== undefined)
    throw new OptionError(`${where} has no method ${missing}; it must have ${methods.join(', ')}.`);
}

/** @throws {OptionError} for anything over which nobody can iterate. */
export function checkIterable(value: unknown, where: string): void {
  const isIterable =
    value !== null &&
    value !== undefined &&
    read(() => typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function', where);
  if (!isIterable) throw new OptionError(`${where} is ${show(value)}; it must be iterable.`);
}
