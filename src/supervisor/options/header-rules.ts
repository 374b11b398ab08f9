import { validateHeaderName, validateHeaderValue } from 'node:http';
import { wrongOption } from './option-rules.js';

/** Whether HTTP allows a text as the name of a header field (RFC 9110 section 5.1). */
export function isHeaderName(name: string): boolean {
  return isValid(() => validateHeaderName(name));
}

/** Whether HTTP allows a text as the value of a header field (RFC 9110 section 5.5). */
export function isHeaderValue(name: string, value: string): boolean {
  return isValid(() => validateHeaderValue(name, value));
}

/**
 * Checks that a header field is given once, and notes it.
 *
 * @param seen the names given so far, by their lower case.
 * @throws {OptionError} for a name that was given before, in any case.
 */
export function checkFieldIsNew(name: string, seen: Map<string, string>, where: string): void {
  const key = name.toLowerCase();
  const before = seen.get(key);
  if (before !== undefined) {
    const how = before === name ? 'twice' : 'twice, in different cases';
    throw wrongOption(where, `is given ${how}; each field is allowed once`);
  }
  seen.set(key, name);
}

/** Node's own checks throw. */
function isValid(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
