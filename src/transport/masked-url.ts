/** A fragment that is only an anchor. Other fragments may be tokens. */
const ANCHOR = /^#[\w-]*$/;

/** The part before the user name, if it can be distinguished from one. */
const SCHEME = /^(?:[a-z][a-z\d+.-]*:[\\/]{1,2}|[\\/]{2})/i;

/**
 * A URL as a message may show it: without user name and password, and without the query, which often has tokens. In a
 * text that cannot be parsed it is unclear where a user name ends: everything up to the last `@` is hidden.
 */
export function maskedUrl(text: string): string {
  const trimmed = text.trim();
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url === undefined || !url.href.startsWith(`${url.protocol}//`)) return withoutQuery(withoutUserinfo(text));
  if (url.username === '' && url.password === '') return withoutQuery(text);
  url.username = '***';
  url.password = '';
  return withoutQuery(url.href);
}

function withoutUserinfo(text: string): string {
  const at = text.lastIndexOf('@');
  if (at < 0) return text;
  const [scheme = ''] = SCHEME.exec(text.trimStart()) ?? [];
  return `${scheme}***${text.slice(at)}`;
}

function withoutQuery(text: string): string {
  const [, rest = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(text) ?? [];
  return `${rest}${query === '' ? '' : '?...'}${fragment === '' || ANCHOR.test(fragment) ? fragment : '#...'}`;
}
