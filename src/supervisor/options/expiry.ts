import { types } from 'node:util';
import { show, wrongOption } from './option-rules.js';

/** 2001-01-01, Unix ms. A time in seconds, taken for ms, lies before this until the year 32970. */
const EARLIEST = Date.UTC(2001, 0, 1);

/** The latest time that a Date can hold, Unix ms. */
const LATEST = 8.64e15;

/**
 * Reads the time at which a credential ends.
 *
 * @returns Unix ms.
 * @throws {OptionError} for anything but a number of Unix ms or a valid Date, and for a time before 2001, which was
 * given in seconds.
 */
export function expiryOf(value: unknown, where: string): number {
  const isDate = types.isDate(value);
  const at: unknown = isDate ? Date.prototype.getTime.call(value) : value;
  if (typeof at !== 'number' || !(Math.abs(at) <= LATEST)) {
    const shown = isDate ? 'an invalid Date' : show(value);
    throw wrongOption(where, `is ${shown}; allowed are Unix milliseconds and a valid Date`);
  }
  if (at < EARLIEST) {
    const shown = isDate ? `a Date of ${new Date(at).toISOString()}` : String(at);
    throw wrongOption(
      where,
      `is ${shown}, a time before 2001, as if it were in seconds; allowed are a Date and Unix milliseconds, ` +
        'which are seconds times 1000',
    );
  }
  return at;
}
