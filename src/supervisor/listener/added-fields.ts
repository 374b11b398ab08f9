import type { SentFields } from '../../transport/http-response.js';
import { checkFieldIsNew, isHeaderName } from '../options/header-rules.js';
import { checkObject, isList, nameOf, readList, showName, wrongOption } from '../options/option-rules.js';

/**
 * Checks the header fields that a grant adds to the 101. Messages never show a value, which is often a secret.
 *
 * @returns a copy, without the fields that are `undefined`.
 * @throws {OptionError} for names and values that HTTP does not allow, for a name given twice in any case, and for
 *   fields that the handshake sets by itself.
 */
export function addedFields(headers: unknown): SentFields {
  checkObject(headers, WHERE);
  // A Headers or a Map has no properties for its fields: they would be lost without an error.
  if (Symbol.iterator in headers)
    throw wrongOption(WHERE, 'is a collection; it must be an object with a property for each field');
  const seen = new Map<string, string>();
  const fields = Object.entries(headers).flatMap(([name, value]): [string, string | readonly string[]][] => {
    const where = nameOf(WHERE, showName(name));
    if (!isHeaderName(name))
      throw wrongOption(
        where,
        "has a name that is not allowed; allowed in names are letters, digits, and !#$%&'*+-.^_`|~",
      );
    const own = ownFieldRule(name.toLowerCase());
    if (own !== undefined) throw wrongOption(where, `is not allowed; ${own}`);
    checkFieldIsNew(name, seen, where);
    return value === undefined ? [] : [[name, valueOf(value, where)]];
  });
  return Object.fromEntries(fields);
}

const WHERE = 'authenticate: headers';

/** What every reader of a header field takes for the same text (RFC 9110 section 5.5). */
const VALUE = /^[\t\x20-\x7e]*$/;

const OWN_FIELDS: Readonly<Record<string, string>> = {
  connection: 'the 101 sets it by itself',
  upgrade: 'the 101 sets it by itself',
  'content-length': 'a 101 has no body',
  'transfer-encoding': 'a 101 has no body',
  'sec-websocket-protocol': 'use the option protocols',
  'sec-websocket-extensions': 'use the option perMessageDeflate',
};

function ownFieldRule(field: string): string | undefined {
  if (Object.hasOwn(OWN_FIELDS, field)) return OWN_FIELDS[field];
  return field.startsWith('sec-websocket-') ? 'the 101 sets it by itself' : undefined;
}

function valueOf(value: unknown, where: string): string | readonly string[] {
  if (isList(value)) return readList(value, where, 'texts').map((one, index) => textOf(one, `${where}[${index}]`));
  return textOf(value, where);
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string' && !Number.isFinite(value))
    throw wrongOption(where, `is of type ${typeof value}; it must be a text, a finite number, or a list of these`);
  const text = String(value);
  if (!VALUE.test(text))
    throw wrongOption(
      where,
      'has a character that is not allowed in a header field, such as a line break; ' +
        'allowed are tabs and U+0020 to U+007E',
    );
  return text;
}
