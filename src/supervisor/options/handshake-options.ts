import { validateHeaderName, validateHeaderValue } from 'node:http';
import { checkSettled } from '../../transport/contain.js';
import { OptionError } from '../../transport/errors.js';
import { maskedUrl } from '../../transport/masked-url.js';
import type { HeaderFields } from '../api/dialer.js';
import { isInstance, isList, isPlain, nameOf, read, readList, show, showName } from './option-rules.js';

/** RFC 9110 section 5.6.2, which RFC 6455 section 4.1 asks of subprotocols. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** Header fields that the handshake itself sets, with the way there is to set them. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  connection: 'the handshake sets it',
  upgrade: 'the handshake sets it',
  'sec-websocket-key': 'the handshake sets it',
  'sec-websocket-accept': 'only servers send it',
  'sec-websocket-version': 'the handshake sets it',
  'sec-websocket-protocol': 'the option protocols sets it',
  'sec-websocket-extensions': 'the option perMessageDeflate sets it',
  'content-length': 'the handshake has no body',
  'transfer-encoding': 'the handshake has no body',
};

/** Whether a text is a token, and so may name a subprotocol. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Checks the URL of a dial (RFC 6455 section 3).
 *
 * @returns it as text.
 * @throws {OptionError} for anything but an absolute `ws:` or `wss:` URL without fragment. The message shows neither
 *   user name and password nor the query.
 */
export function resolveUrl(url: string | URL, where: string): string {
  if (typeof url !== 'string' && !isInstance(url, URL))
    throw new OptionError(`${where} is ${show(url)}; it must be a text or a URL.`);
  const given = read(() => String(url), where);
  const wrong = (allowed: string) => new OptionError(`${where} is ${show(maskedUrl(given))}; ${allowed}.`);
  if (!URL.canParse(given)) throw wrong('it must be an absolute URL such as "wss://example.com/path"');
  const { protocol, href } = new URL(given);
  if (protocol === 'http:' || protocol === 'https:')
    throw wrong(`its scheme must be ws: or wss:, here ${protocol.replace('http', 'ws')}`);
  if (protocol !== 'ws:' && protocol !== 'wss:') throw wrong('its scheme must be ws: or wss:');
  if (href.includes('#')) throw wrong('it may have no fragment');
  return href;
}

/**
 * Checks subprotocols (RFC 6455 section 4.1).
 *
 * @returns a copy.
 * @throws {OptionError} for anything but a list of different tokens.
 */
export function resolveProtocols(protocols: readonly string[], where: string): readonly string[] {
  const seen = new Set<string>();
  for (const [index, protocol] of readList(protocols, where, 'texts').entries()) {
    if (typeof protocol !== 'string' || !isToken(protocol)) {
      throw new OptionError(
        `${where}[${index}] is ${show(protocol)}; allowed are letters, digits, and !#$%&'*+-.^_\`|~, one at least.`,
      );
    }
    if (seen.has(protocol))
      throw new OptionError(
        `${where}[${index}] is ${show(protocol)}, which is in the list already; each is allowed once.`,
      );
    seen.add(protocol);
  }
  return [...seen];
}

/**
 * Checks header fields of an opening handshake. Messages name the field only: values are secrets often.
 *
 * @param headers an object of texts; or pairs of name and value: a `Headers` of whatever origin, a Map, a list.
 * @returns a copy, as a plain object.
 * @throws {OptionError} for anything else; for a name or value that HTTP does not allow, a name that is there twice, in
 *   whatever case, and fields that the handshake sets.
 */
export function resolveHeaders(headers: HeaderFields, where: string): Readonly<Record<string, string>> {
  const fields = fieldsOf(headers, where);
  checkSettled(fields.map(([name, value]) => [nameOf(where, showName(name)), value]));
  /** Names as they were given, by those that count. */
  const seen = new Map<string, string>();
  for (const [name, value] of fields) {
    const field = name.toLowerCase();
    if (!isHeaderName(name))
      throw new OptionError(
        `${where} has a field called ${show(name)}; allowed in names are letters, digits, and !#$%&'*+-.^_\`|~.`,
      );
    if (Object.hasOwn(OWN_FIELDS, field))
      throw new OptionError(`${nameOf(where, name)} is not allowed; ${OWN_FIELDS[field]}.`);
    const before = seen.get(field);
    if (before !== undefined)
      throw new OptionError(
        `${nameOf(where, name)} is there twice${before === name ? '' : ', in different cases'}; each field is allowed once.`,
      );
    if (typeof value !== 'string')
      throw new OptionError(`${nameOf(where, name)} is ${kindOf(value)}; it must be a text.`);
    if (!isHeaderValue(name, value))
      throw new OptionError(
        `${nameOf(where, name)} has a character that no header field may have, a line break say; allowed are tabs and U+0020 to U+00FF except U+007F.`,
      );
    seen.set(field, name);
  }
  return Object.fromEntries(fields) as Record<string, string>;
}

/**
 * Names and values, whatever they are given in. What gives none although it is no plain object is a mistake: a promise,
 * say.
 */
function fieldsOf(headers: unknown, where: string): readonly (readonly [name: string, value: unknown])[] {
  const allowed = 'it must be an object of texts, a Headers, a Map, or a list of pairs';
  if (typeof headers !== 'object' || headers === null)
    throw new OptionError(`${where} is ${kindOf(headers)}; ${allowed}.`);
  const isIterable = read(() => typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function', where);
  if (isIterable)
    return read(() => Array.from(headers as Iterable<unknown>), where).map((pair, index) =>
      pairOf(pair, `${where}[${index}]`),
    );
  const fields = read(() => Object.entries<unknown>(headers as Record<string, unknown>), where);
  if (fields.length === 0 && !read(() => isPlain(headers), where))
    throw new OptionError(`${where} is an object that has no fields of its own; ${allowed}.`);
  return fields;
}

function pairOf(pair: unknown, where: string): readonly [string, unknown] {
  const [name, value, ...rest] = isList(pair) ? read(() => Array.from(pair), where) : [];
  if (typeof name !== 'string' || rest.length > 0)
    throw new OptionError(`${where} is ${kindOf(pair)}; it must be a list of two texts, a name and a value.`);
  return [name, value];
}

/** What a message says of something that may be a secret: texts and numbers are not shown. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  return value === null || typeof value === 'object' ? show(value) : `of type ${typeof value}`;
}

function isHeaderName(name: string): boolean {
  try {
    validateHeaderName(name);
    return true;
  } catch {
    return false;
  }
}

function isHeaderValue(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
