import { isFixedReason } from './fixed-texts.js';

/** Stands for a value that is not shown. */
export const MASK = '***';

/** Where a URL begins whose authority could hold a user and a password; `URL` takes some of these without slashes. */
const BEFORE_AUTHORITY = /^\s*(?:(?:wss?|https?):[\\/]*|[a-z][a-z\d+.-]*:\/\/|\/\/)/i;

/** What the name of a query's field looks like; a token that stands alone is longer, or has other characters. */
const FIELD_NAME = /^[\w.~[\]%-]{1,24}$/;

/** A password may hold what ends an authority, and another `@`: whatever precedes the last one is hidden. */
function maskedAuthority(url: string): string {
  const start = BEFORE_AUTHORITY.exec(url)?.[0].length;
  if (start === undefined) return url;
  const isWhole = URL.canParse(url);
  const slash = url.slice(start).search(/[/?#\\]/);
  const end = slash === -1 ? url.length : start + slash;
  const hasUser = !isWhole || url.slice(start, end).includes('@');
  const at = hasUser ? url.lastIndexOf('@') : -1;
  if (at >= start) return `${url.slice(0, start)}${MASK}${url.slice(at)}`;
  // What is cut off, or mistyped, may be a password as well as a port.
  const isOdd = !isWhole && /:(?!\d*$)/.test(url.slice(start, end).replace(/^\[[^\]]*\]/, ''));
  return isOdd ? `${url.slice(0, start)}${MASK}${url.slice(end)}` : url;
}

function maskedField(field: string): string {
  const [name = '', ...value] = field.split('=');
  const shownName = name === '' || FIELD_NAME.test(name) ? name : MASK;
  return value.length === 0 ? shownName : `${shownName}=${value.join('=') === '' ? '' : MASK}`;
}

/**
 * Shows the names of a URL's or request target's fields, and hides their values, the user with the password, and the
 * fragment.
 */
export function maskedUrl(url: string): string {
  const [, head = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(maskedAuthority(url)) ?? [];
  const path = head.replaceAll(/;([^=;/]*)=[^;/]*/g, `;$1=${MASK}`);
  const search = query === undefined ? '' : `?${query.split('&').map(maskedField).join('&')}`;
  return `${path}${search}${fragment === undefined || fragment === '' ? '' : `#${MASK}`}`;
}

const SCHEME_CHARACTER = /[a-z\d+.-]/i;
const SENTENCE_MARKS = new Set(`"'\`)].,;:>`);

/** Where the last character is that belongs to a word, and not to the sentence around it. */
function wordEnd(word: string): number {
  let end = word.length;
  while (end > 0 && SENTENCE_MARKS.has(word[end - 1] ?? '')) end -= 1;
  return end;
}

/**
 * Hides the secrets in the URLs of a text. In double quotes a URL ends at the quote, since a malformed URL may have
 * spaces; otherwise it ends at a space.
 */
function maskedUrlsIn(text: string): string {
  let masked = '';
  let done = 0;
  for (let colon = text.indexOf('://'); colon !== -1; colon = text.indexOf('://', Math.max(done, colon + 1))) {
    let start = colon;
    while (start > done && SCHEME_CHARACTER.test(text[start - 1] ?? '')) start -= 1;
    const ending = text[start - 1] === '"' ? /(?<!\\)"/g : /\s/g;
    ending.lastIndex = colon;
    const found = ending.exec(text)?.index ?? text.length;
    const end = start + wordEnd(text.slice(start, found));
    masked += text.slice(done, start) + maskedUrl(text.slice(start, end));
    done = end;
  }
  return masked + text.slice(done);
}

/** A request target has no scheme; the text behind its question mark is a query all the same. */
function maskedTarget(word: string): string {
  const end = wordEnd(word);
  return maskedUrl(word.slice(0, end)) + word.slice(end);
}

/** Names of header fields that carry credentials. */
const CREDENTIAL_FIELD = [
  '(?:proxy-)?authorization',
  '(?:set-)?cookie',
  'sec-websocket-protocol',
  'x-(?:api-key|auth-token|access-token)',
].join('|');

/** Names that people and programs give to secrets, with a prefix or without: `access_token`, `password`. */
const SECRET_NAME = `(?:[a-z]{1,12}[_-]?)?(?:${[
  'token',
  'secret',
  'passwd',
  'password',
  'passphrase',
  'pwd',
  'api[_-]?key',
  'signature',
  'jwt',
  'credentials?',
].join('|')})`;

/** Where secrets stand in what people and programs write. Each begins at a fixed word, so that no text takes long. */
const SECRETS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  [/(?<![^\s"'/@])[^\s"'/@:]+:[^\s"'/@]+@(?=[\w[])/g, `${MASK}@`],
  [new RegExp(String.raw`\b(${CREDENTIAL_FIELD})(["']?[ \t]*:[ \t]*)(?:"[^"]*"|[^\r\n"]+)`, 'gi'), `$1$2${MASK}`],
  [/\b(bearer)[ \t]+(?!tokens?\b)[\w\-.~+/]+=*/gi, `$1 ${MASK}`],
  [/\b(basic|digest|negotiate)[ \t]+(?=[a-z]*[A-Z\d=])[\w\-.~+/]{6,}=*/g, `$1 ${MASK}`],
  [/\b(Basic|Digest|Negotiate)[ \t]+(?=[A-Za-z]*[A-Z\d=])[\w\-.~+/]{6,}=*/g, `$1 ${MASK}`],
  [/(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g, MASK],
  [
    new RegExp(String.raw`\b(${SECRET_NAME})(["']?[ \t]*[=:][ \t]*)("[^"]*"|'[^']*'|[^\s&,;"')]+)`, 'gi'),
    `$1$2${MASK}`,
  ],
  // An invalid subprotocol is often a credential with padding, or a list with one.
  [/\b(protocols(?:\[\d+\])? is ")((?:[^"\\]|\\.){0,3})(?:[^"\\]|\\.)*"/g, `$1$2${MASK}"`],
];

/**
 * Hides what looks like a secret in a text: users, passwords, and values of queries in URLs, header fields that carry
 * credentials, bearer tokens, and what stands behind words such as `token=`.
 */
export function maskedText(text: string): string {
  const urls = maskedUrlsIn(text).replaceAll(/\S+/g, (word) =>
    /[?;]/.test(word) && !word.includes('://') ? maskedTarget(word) : word,
  );
  return SECRETS.reduce((so, [pattern, shown]) => so.replaceAll(pattern, shown), urls);
}

/** Shows a subprotocol, unless a credential travels as one, as browsers cannot send another header field. */
export function maskedProtocol(protocol: string): string {
  return protocol.length <= 40 && !/bearer|auth|token|secret|jwt/i.test(protocol)
    ? protocol
    : `${protocol.slice(0, 6)}${MASK}`;
}

/**
 * Commands and names of header fields: lower case, each part perhaps with a capital. Few encoded credentials have this
 * shape.
 */
const NAME = /^[A-Z]?[a-z]{0,12}(?:-[A-Z]?[a-z]{0,12}){0,3}$/;

/**
 * Shows a word that stands where none is allowed, if it looks like a command, a field's name, or a URL: it may be a
 * credential.
 */
export function maskedWord(word: string): string {
  return NAME.test(word) || word.includes('://') ? word : `${word.slice(0, 3)}${MASK}`;
}

/** How to hide secrets in what is printed; `UNMASKED` hides none. */
export interface Masking {
  readonly text: (text: string) => string;
  readonly url: (url: string) => string;
  readonly protocol: (protocol: string) => string;
  /** For the reason of a Close frame. */
  readonly reason: (reason: string) => string;
}

export const MASKED: Masking = { text: maskedText, url: maskedUrl, protocol: maskedProtocol, reason: maskedText };

/** For logs, which others read later: a reason is whatever a peer or a program has written, unless it is ours. */
export const LOGGED: Masking = { ...MASKED, reason: (reason) => (isFixedReason(reason) ? reason : MASK) };

const asItIs = (text: string): string => text;

export const UNMASKED: Masking = { text: asItIs, url: asItIs, protocol: asItIs, reason: asItIs };
