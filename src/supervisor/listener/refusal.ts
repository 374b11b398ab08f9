import type { SentFields } from '../../transport/http-response.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { Refusal } from '../api/refusal.js';
import { checkFieldIsNew, isHeaderName, isHeaderValue } from '../options/header-rules.js';
import {
  checkObject,
  isList,
  nameOf,
  readList,
  readOptions,
  show,
  showName,
  wrongOption,
} from '../options/option-rules.js';

/**
 * Makes the answer with which `authenticate` refuses a client.
 *
 * @param status 300 to 599. A redirect (RFC 6455 section 4.2.2) needs the header field `location`; browsers follow
 *   none.
 * @param answer header fields, and the body; a list of values is sent as a field for each. The body is plain text
 *   unless a header field says otherwise. Default: the name of the status.
 * @throws {OptionError} for any other status, a body that is not a text, header fields that HTTP does not allow, and
 *   Content-Length and Transfer-Encoding, which the answer sets by itself.
 */
export function refuse(
  status: number,
  answer: {
    readonly headers?: Readonly<Record<string, string | number | readonly string[]>>;
    readonly body?: string;
  } = {},
): Refusal {
  return new MarkedRefusal(checkedAnswer(status, answer));
}

/**
 * The answer of a refusal made by any copy of the package; `undefined` for anything else.
 *
 * @throws {OptionError} for a refusal that `refuse` would not have made.
 */
export function refusalAnswer(value: unknown): HttpAnswer | undefined {
  if (typeof value !== 'object' || value === null || !(REFUSAL in value)) return undefined;
  const { answer } = value as { readonly answer?: unknown };
  checkObject(answer, 'refuse: answer');
  const { status, headers, body } = answer;
  return checkedAnswer(status, { headers, body } as RefusalParts);
}

/** Marks refusals, so that several copies of the package know each other's. */
const REFUSAL = Symbol.for('wirekeeper.refusal');

/** Header fields that an answer sets by itself. */
const OWN_FIELDS = new Set(['content-length', 'transfer-encoding']);

/** The rest of a refusal, beside its status. */
interface RefusalParts {
  readonly headers?: Readonly<Record<string, string | number | readonly string[]>> | undefined;
  readonly body?: string | undefined;
}

/** What `refuse` makes. */
class MarkedRefusal implements Refusal {
  readonly answer: HttpAnswer;

  static {
    Object.defineProperty(MarkedRefusal.prototype, REFUSAL, { value: true });
  }

  constructor(answer: HttpAnswer) {
    this.answer = answer;
  }
}

function checkedAnswer(status: unknown, given: RefusalParts): HttpAnswer {
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 300 || status > 599) {
    throw wrongOption('refuse: status', `is ${show(status)}; allowed are the HTTP statuses from 300 to 599`);
  }
  const { headers, body } = readOptions(given, ['headers', 'body'], 'refuse');
  if (body !== undefined && typeof body !== 'string')
    throw wrongOption('refuse: body', `is ${show(body)}; it must be a text`);
  return {
    status,
    ...(headers === undefined ? {} : { headers: checkedFields(headers) }),
    ...(body === undefined ? {} : { body }),
  };
}

function checkedFields(headers: unknown): SentFields {
  checkObject(headers, 'refuse: headers');
  // A Headers or a Map has no properties for its fields: they would be lost without an error.
  if (Symbol.iterator in headers)
    throw wrongOption('refuse: headers', 'is a collection; it must be an object with a property for each field');
  const seen = new Map<string, string>();
  const fields = Object.entries(headers).map(([name, value]): [string, string | readonly string[]] => {
    const field = name.toLowerCase();
    const where = nameOf('refuse: headers', showName(name));
    if (OWN_FIELDS.has(field)) throw wrongOption(where, 'is not allowed; the answer sets it by itself');
    checkFieldIsNew(name, seen, where);
    if (!isList(value)) return [name, fieldValue(name, value, where)];
    return [name, readList(value, where, 'texts').map((one, index) => fieldValue(name, one, `${where}[${index}]`))];
  });
  return Object.fromEntries(fields);
}

function fieldValue(name: string, value: unknown, where: string): string {
  if (typeof value !== 'string' && !Number.isFinite(value)) {
    const shown = typeof value === 'number' ? value : `of type ${typeof value}`;
    throw wrongOption(where, `is ${shown}; it must be a text or a finite number`);
  }
  if (!isHeaderName(name) || !isHeaderValue(name, String(value)))
    throw wrongOption(where, 'has characters that HTTP does not allow in a header field; remove them');
  return String(value);
}
