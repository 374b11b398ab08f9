/**
 * Reads a request target: a path with or without query, or an absolute URL, as proxies send it and servers must accept
 * it (RFC 9112 section 3.2.2). `//a/b` is a path, whose first segment is empty.
 *
 * @returns `undefined` for a target that asks for no resource: `*`, host and port alone, a fragment, another scheme.
 */
export function requestTarget(url: string): RequestTarget | undefined {
  if (!url.startsWith('/')) {
    const [, authority, path = '/', query = ''] = ABSOLUTE.exec(url) ?? [];
    return authority === undefined ? undefined : { path, query, authority };
  }
  if (url.includes('#')) return undefined;
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: '', authority: undefined }
    : { path: url.slice(0, mark), query: url.slice(mark), authority: undefined };
}

/** What a request asks for (RFC 9112 section 3.2). */
export interface RequestTarget {
  /** As it was sent, percent-encoding included: nothing is decoded or normalised. */
  readonly path: string;
  /** With its `?`; empty if there is none. */
  readonly query: string;
  /** Host and port of an absolute URL; `undefined` for a path. */
  readonly authority: string | undefined;
}

/**
 * An absolute URL, whose scheme says no more than that this is HTTP or WebSocket. User names are not allowed in it (RFC
 * 9110 section 4.2.4).
 */
const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?#@]+)(\/[^?#]*)?(\?[^#]*)?$/i;

/** The path that a request target asks for; empty, which matches no pattern, if it asks for no resource. */
export function pathOf(url: string): string {
  return requestTarget(url)?.path ?? '';
}
