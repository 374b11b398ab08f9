import type { TimelineError } from '../../transport/timeline.js';
import { isErrorData } from './recorded-error.js';

/** Fields of an error beside those that its constructor takes. */
const FACTS = ['code', 'errno', 'syscall', 'address', 'port', 'hostname', 'reason', 'fate', 'childId', 'option'];

/** Makes an error of what it was written as. It has no stack of its own: that would be the reader's. */
export function readError(data: TimelineError): Error {
  const error = new Error(data.message, 'cause' in data ? { cause: readCause(data.cause) } : undefined);
  hide(error, 'name', data.name);
  hide(error, 'stack', `${data.name}: ${data.message}`);
  // Other values have `name` and `message` too, and `errors` of their own kind.
  if (Array.isArray(data.errors)) hide(error, 'errors', data.errors.map(readCause));
  const facts: Readonly<Record<string, unknown>> = { ...data };
  for (const key of FACTS) if (facts[key] !== undefined) Object.assign(error, { [key]: facts[key] });
  return error;
}

/** Makes what was thrown of what it was written as: an error, or another value. */
export function readCause(data: unknown): unknown {
  return isErrorData(data) ? readError(data) : data;
}

/** As an error's own fields are: not listed. */
function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, configurable: true, writable: true });
}
