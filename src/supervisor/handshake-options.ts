import { validateHeaderName, validateHeaderValue } from 'node:http';
import { OptionError } from '../transport/errors.js';
import { checkObject, nameOf, show } from './option-rules.js';

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

/** A URL as a message may show it: without user name and password. Where those end is unclear if it cannot be parsed. */
function withoutUserinfo(text: string): string {
  if (!URL.canParse(text)) return text.replace(/^([^/?#]*\/\/).*@/s, '$1');
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Checks the URL of a dial (RFC 6455 section 3).
 *
 * @returns it as text.
 * @throws {OptionError} for anything but an absolute `ws:` or `wss:` URL without fragment. The message shows neither
 *   user name nor password.
 */
export function resolveUrl(url: string | URL, where: string): string {
  if (typeof url !== 'string' && !(url instanceof URL)) throw new OptionError(`${where} is ${show(url)}; it must be a text or a URL.`);
  const given = String(url);
  const wrong = (allowed: string) => new OptionError(`${where} is ${show(withoutUserinfo(given))}; ${allowed}.`);
  if (!URL.canParse(given)) throw wrong('it must be an absolute URL such as "wss://example.com/path"');
  const { protocol, href } = new URL(given);
  if (protocol === 'http:' || protocol === 'https:') throw wrong(`its scheme must be ws: or wss:, here ${protocol.replace('http', 'ws')}`);
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
  if (!Array.isArray(protocols)) throw new OptionError(`${where} is ${show(protocols)}; it must be a list of texts.`);
  const seen = new Set<string>();
  for (const [index, protocol] of protocols.entries()) {
    if (typeof protocol !== 'string' || !isToken(protocol)) {
      throw new OptionError(`${where}[${index}] is ${show(protocol)}; allowed are letters, digits, and !#$%&'*+-.^_\`|~, one at least.`);
    }
    if (seen.has(protocol)) throw new OptionError(`${where}[${index}] is ${show(protocol)}, which is in the list already; each is allowed once.`);
    seen.add(protocol);
  }
  return [...seen];
}

/**
 * Checks header fields of an opening handshake. Messages name the field only: values are secrets often.
 *
 * @returns a copy.
 * @throws {OptionError} for a name or value that HTTP does not allow, two names that differ in case only, and fields
 *   that the handshake sets.
 */
export function resolveHeaders(headers: Readonly<Record<string, string>>, where: string): Readonly<Record<string, string>> {
  checkObject(headers, where);
  const fields = Object.entries<unknown>(headers);
  const seen = new Set<string>();
  for (const [name, value] of fields) {
    const field = name.toLowerCase();
    if (!isHeaderName(name)) throw new OptionError(`${where} has a field called ${show(name)}; allowed in names are letters, digits, and !#$%&'*+-.^_\`|~.`);
    if (Object.hasOwn(OWN_FIELDS, field)) throw new OptionError(`${nameOf(where, name)} is not allowed; ${OWN_FIELDS[field]}.`);
    if (seen.has(field)) throw new OptionError(`${nameOf(where, name)} is there twice, in different cases; each field is allowed once.`);
    if (typeof value !== 'string')
      throw new OptionError(`${nameOf(where, name)} is ${typeof value === 'object' ? show(value) : `of type ${typeof value}`}; it must be a text.`);
    if (!isHeaderValue(name, value))
      throw new OptionError(
        `${nameOf(where, name)} has a character that no header field may have, a line break say; allowed are tabs and U+0020 to U+00FF except U+007F.`,
      );
    seen.add(field);
  }
  return Object.fromEntries(fields) as Record<string, string>;
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
