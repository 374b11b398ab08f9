import { checkSettled } from '../../transport/contain.js';
import { maskedUrl } from '../../transport/masked-url.js';
import type { HeaderFields } from '../api/dial-options.js';
import { checkFieldIsNew, isHeaderName, isHeaderValue } from './header-rules.js';
import { isInstance, isList, isPlain, nameOf, read, readList, show, showName, wrongOption } from './option-rules.js';

/** A token of RFC 9110 section 5.6.2, as RFC 6455 section 4.1 requires of subprotocols. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;

/** Header fields that the user may not set, with the reason. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  connection: 'the handshake sets it by itself',
  upgrade: 'the handshake sets it by itself',
  'sec-websocket-key': 'the handshake sets it by itself',
  'sec-websocket-accept': 'only servers send it',
  'sec-websocket-version': 'the handshake sets it by itself',
  'sec-websocket-protocol': 'use the option protocols',
  'sec-websocket-extensions': 'use the option perMessageDeflate',
  'content-length': 'the handshake has no body',
  'transfer-encoding': 'the handshake has no body',
};

/** Whether a text is a token, so that it may name a subprotocol. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Checks the URL of a dial (RFC 6455 section 3).
 *
 * @returns the URL as text.
 * @throws {OptionError} for anything but an absolute `ws:` or `wss:` URL without a fragment. The message shows neither
 *   the user name and password nor the query.
 */
export function resolveUrl(url: string | URL, where: string): string {
  if (typeof url !== 'string' && !isInstance(url, URL))
    throw wrongOption(where, `is ${show(url)}; it must be a text or a URL`);
  const given = read(() => String(url), where);
  const wrong = (allowed: string) => wrongOption(where, `is ${show(maskedUrl(given))}; ${allowed}`);
  if (!URL.canParse(given)) throw wrong('it must be an absolute URL such as "wss://example.com/path"');
  const { protocol, href } = new URL(given);
  if (protocol === 'http:' || protocol === 'https:')
    throw wrong(`its scheme must be ws: or wss:; write ${protocol.replace('http', 'ws')} for ${protocol}`);
  if (protocol === 'ws+unix:') checkSocketUrl(href, wrong);
  else if (protocol !== 'ws:' && protocol !== 'wss:') throw wrong('its scheme must be ws: or wss:');
  if (href.includes('#')) throw wrong('it must not have a fragment');
  return href;
}

/** `ws` takes all up to the first colon behind the scheme as the path of the socket. */
function checkSocketUrl(href: string, wrong: (allowed: string) => Error): void {
  const { host, pathname } = new URL(href);
  const [socketPath = '', ...rest] = pathname.split(':');
  const isWhole = host === '' && /^\/./.test(socketPath) && (rest.length === 0 || rest.join(':').startsWith('/'));
  if (!isWhole) throw wrong('it must be ws+unix:/path/of/socket, or ws+unix:/path/of/socket:/path');
}

/**
 * Checks subprotocols (RFC 6455 section 4.1).
 *
 * @returns a copy.
 * @throws {OptionError} for anything but a list of tokens, each of them once.
 */
export function resolveProtocols(protocols: readonly string[], where: string): readonly string[] {
  const seen = new Set<string>();
  for (const [index, protocol] of readList(protocols, where, 'texts').entries()) {
    if (typeof protocol !== 'string' || !isToken(protocol)) {
      throw wrongOption(
        `${where}[${index}]`,
        `is ${show(protocol)}; it must have one or more letters, digits, or characters of !#$%&'*+-.^_\`|~`,
      );
    }
    if (seen.has(protocol))
      throw wrongOption(
        `${where}[${index}]`,
        `is ${show(protocol)}, which is in the list already; each protocol is allowed once`,
      );
    seen.add(protocol);
  }
  return [...seen];
}

/**
 * Checks header fields of an opening handshake. Messages never show a value, which is often a secret.
 *
 * @param headers an object of texts; or pairs of name and value: any `Headers`, a Map, or a list.
 * @returns a copy, as a plain object.
 * @throws {OptionError} for anything else; for a name or a value that HTTP does not allow, for a name given twice in
 *   any case, and for fields that the handshake sets by itself.
 */
export function resolveHeaders(headers: HeaderFields, where: string): Readonly<Record<string, string>> {
  const fields = fieldsOf(headers, where);
  checkSettled(fields.map(([name, value]) => [nameOf(where, showName(name)), value]));
  const seen = new Map<string, string>();
  for (const [name, value] of fields) {
    const field = name.toLowerCase();
    if (!isHeaderName(name))
      throw wrongOption(
        where,
        `has a field called ${show(name)}; allowed in names are letters, digits, and !#$%&'*+-.^_\`|~`,
      );
    const own = nameOf(where, name);
    if (Object.hasOwn(OWN_FIELDS, field)) throw wrongOption(own, `is not allowed; ${OWN_FIELDS[field]}`);
    checkFieldIsNew(name, seen, own);
    if (typeof value !== 'string') throw wrongOption(own, `is ${kindOf(value)}; it must be a text`);
    if (!isHeaderValue(name, value))
      throw wrongOption(
        own,
        'has a character that is not allowed in a header field, such as a line break; ' +
          'allowed are tabs and U+0020 to U+00FF except U+007F',
      );
  }
  return Object.fromEntries(fields) as Record<string, string>;
}

/**
 * Names and values, from each form in which they may be given. An object of a class that has no fields, such as a
 * promise, is a mistake.
 */
function fieldsOf(headers: unknown, where: string): readonly (readonly [name: string, value: unknown])[] {
  const allowed = 'it must be an object of texts, a Headers, a Map, or a list of pairs';
  if (typeof headers !== 'object' || headers === null) throw wrongOption(where, `is ${kindOf(headers)}; ${allowed}`);
  const isIterable = read(() => typeof (headers as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function', where);
  if (isIterable)
    return read(() => Array.from(headers as Iterable<unknown>), where).map((pair, index) =>
      pairOf(pair, `${where}[${index}]`),
    );
  const fields = read(() => Object.entries<unknown>(headers as Record<string, unknown>), where);
  if (fields.length === 0 && !read(() => isPlain(headers), where))
    throw wrongOption(where, `is an object of a class that has no fields; ${allowed}`);
  return fields;
}

function pairOf(pair: unknown, where: string): readonly [string, unknown] {
  const [name, value, ...rest] = isList(pair) ? read(() => Array.from(pair), where) : [];
  if (typeof name !== 'string' || rest.length > 0)
    throw wrongOption(where, `is ${kindOf(pair)}; it must be a list of two texts, a name and a value`);
  return [name, value];
}

/** How a message describes a value that may be a secret: texts and numbers are not shown. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  return value === null || typeof value === 'object' ? show(value) : `of type ${typeof value}`;
}
