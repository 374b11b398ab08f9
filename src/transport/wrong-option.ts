import { OptionError } from './errors.js';

/** What stands between the call and the option in a name: `dial: limits.openWithinMs`. */
const COLON = ': ';

/**
 * The name of an option as messages have it: `listen: id`, `dial: limits.openWithinMs`.
 *
 * @param where a call such as `dial`, or the name of the option that this one is in, such as `dial: limits`.
 */
export function nameOf(where: string, key: string): string {
  return /^\w+$/.test(where) ? `${where}${COLON}${key}` : `${where}.${key}`;
}

/**
 * Makes the error for an option.
 *
 * @param name the call, or the call and the option as `nameOf` writes them.
 * @param problem the rest of the sentence, such as `is 0; allowed are whole numbers from 1 on`; its full stop is added.
 */
export function wrongOption(name: string, problem: string, options: ErrorOptions = {}): OptionError {
  const colon = name.indexOf(COLON);
  const option = colon < 0 ? undefined : name.slice(colon + COLON.length);
  const sentence = problem.endsWith('?') ? problem : `${problem}.`;
  return new OptionError(`${name} ${sentence}`, { ...options, option, problem: sentence });
}
