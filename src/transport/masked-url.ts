/** A fragment that is a mere anchor. Others may hold a token. */
const ANCHOR = /^#[\w-]*$/;

/** What stands before the user name, if there is any that can be told from one. */
const SCHEME = /^(?:[a-z][a-z\d+.-]*:[\\/]{1,2}|[\\/]{2})/i;

/**
 * A URL as a message may show it: without user name and password, and without its query, which holds tokens often.
 * Where a user name ends is unclear if it cannot be parsed: everything up to the last `@` is hidden then.
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
