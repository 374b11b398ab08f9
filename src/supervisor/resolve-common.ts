import { OptionError } from '../transport/errors.js';

/** @throws {OptionError} for anything but a function. */
export function checkFunction(value: unknown, where: string): void {
  if (typeof value !== 'function') throw new OptionError(`${where} is ${value === undefined ? 'missing' : 'no function'}; it must be one.`);
}

/** @throws {OptionError} for anything but a text that can be printed on one line. */
export function checkId(value: unknown, where: string): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(value)) {
    throw new OptionError(`${where} is ${JSON.stringify(value)}; allowed are 1 to 128 printable ASCII characters.`);
  }
  return value;
}
