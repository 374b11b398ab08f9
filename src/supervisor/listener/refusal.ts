import { validateHeaderName, validateHeaderValue } from 'node:http';
import { OptionError } from '../../transport/errors.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { Refusal } from '../api/refusal.js';
import { checkObject, nameOf, readOptions, show } from '../options/option-rules.js';

/** Copies of the package know each other's refusals by this. */
const kRefusal = Symbol.for('wirekeeper.refusal');

/** Header fields that an answer sets by itself. */
const OWN_FIELDS = new Set(['content-length', 'transfer-encoding']);

/** What goes with a refusal's status. */
interface RefusalParts {
  readonly headers?: Readonly<Record<string, string | number>> | undefined;
  readonly body?: string | undefined;
}

/** What `refuse` makes. */
class MarkedRefusal implements Refusal {
  readonly answer: HttpAnswer;

  static {
    Object.defineProperty(MarkedRefusal.prototype, kRefusal, { value: true });
  }

  constructor(answer: HttpAnswer) {
    this.answer = answer;
  }
}

/**
 * Makes the answer with which `authenticate` turns a client away.
 *
 * @param status 400 to 599.
 * @param answer its body is plain text unless a header field says otherwise, and the status's name unless given.
 * @throws {OptionError} for any other status, a body that is no text, and header fields that HTTP does not allow or
 * that are
 *   not the refusal's to set: Content-Length and Transfer-Encoding.
 */
export function refuse(
  status: number,
  answer: { readonly headers?: Readonly<Record<string, string | number>>; readonly body?: string } = {},
): Refusal {
  return new MarkedRefusal(checkedAnswer(status, answer));
}

/**
 * The answer of a refusal, whichever copy of the package has made it; `undefined` for anything else.
 *
 * @throws {OptionError} for a refusal that `refuse` would not have made.
 */
export function refusalAnswer(value: unknown): HttpAnswer | undefined {
  if (typeof value !== 'object' || value === null || !(kRefusal in value)) return undefined;
  const { answer } = value as { readonly answer?: unknown };
  checkObject(answer, 'refuse: answer');
  const { status, headers, body } = answer;
  return checkedAnswer(status, { headers, body } as RefusalParts);
}

function checkedAnswer(status: unknown, given: RefusalParts): HttpAnswer {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) {
    throw new OptionError(`refuse: status ${show(status)} is not an HTTP error status; allowed are 400 to 599.`);
  }
  const { headers, body } = readOptions(given, ['headers', 'body'], 'refuse');
  if (body !== undefined && typeof body !== 'string')
    throw new OptionError(`refuse: body is ${show(body)}; it must be a text.`);
  return {
    status,
    ...(headers === undefined ? {} : { headers: checkedFields(headers) }),
    ...(body === undefined ? {} : { body }),
  };
}

function checkedFields(headers: unknown): Record<string, string> {
  checkObject(headers, 'refuse: headers');
  // A Headers or a Map has its fields elsewhere: they would be lost without a word.
  if (Symbol.iterator in headers)
    throw new OptionError('refuse: headers is a collection; it must be an object with a property for each field.');
  const seen = new Set<string>();
  const fields = Object.entries(headers).map(([name, value]): [string, string] => {
    const field = name.toLowerCase();
    if (OWN_FIELDS.has(field))
      throw new OptionError(`${nameOf('refuse: headers', name)} is not allowed; the answer sets it.`);
    if (seen.has(field))
      throw new OptionError(
        `${nameOf('refuse: headers', name)} is there twice, in different cases; each field is allowed once.`,
      );
    seen.add(field);
    if (typeof value !== 'string' && !Number.isFinite(value)) {
      throw new OptionError(
        `refuse: the header field ${show(name)} is ${typeof value === 'number' ? value : `of type ${typeof value}`}; it must be a text or a finite number.`,
      );
    }
    checkField(name, String(value));
    return [name, String(value)];
  });
  return Object.fromEntries(fields);
}

function checkField(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (cause) {
    throw new OptionError(`refuse: the header field ${show(name)} has a name or a value that HTTP does not allow.`, {
      cause,
    });
  }
}
