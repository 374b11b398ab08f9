import { isList, readList, show, wrongOption } from '../options/option-rules.js';

/** The parameters of a path that matches without any. */
const NO_PARAMS: readonly string[] = [];

/** A segment of a pattern; `undefined` is `*`. */
type Segment = string | undefined;

/** How routers elsewhere write a parameter: it would be compared as it is, and never match. */
const NAMED = /^(?::\w.*|\{.*\}|<.*>|\[.*\])$/;

/** Percent-decodes one segment; `undefined` if its encoding is malformed. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** @throws {OptionError} for a pattern that no path can match. */
function parse(pattern: unknown): readonly Segment[] {
  const wrong = (allowed: string) => wrongOption('listen: path', `is ${show(pattern)}; ${allowed}`);
  if (typeof pattern !== 'string') throw wrong('allowed are texts like "/rooms/*", and lists of them');
  if (!pattern.startsWith('/')) throw wrong('it must begin with "/"');
  if (/[?#]/.test(pattern)) throw wrong('it must not have a query or a fragment');
  return pattern
    .slice(1)
    .split('/')
    .map((segment) => {
      if (segment === '*') return undefined;
      if (segment.includes('*')) throw wrong('"*" must be a whole segment');
      if (NAMED.test(segment)) throw wrong(`write "*" for a segment that may be anything, not ${show(segment)}`);
      const decoded = decode(segment);
      if (decoded === undefined) throw wrong('it must have valid percent-encoding');
      return decoded;
    });
}

/** The parameters of a path, or `undefined` if it does not match. */
function match(pattern: readonly Segment[], segments: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: string[] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    if (expected === undefined && segment !== undefined && segment !== '') params.push(segment);
    else if (expected === undefined || segment !== expected) return undefined;
  }
  return params.length === 0 ? NO_PARAMS : params;
}

/**
 * Compiles a listener's `path`.
 *
 * Segments are compared percent-decoded, `*` is exactly one segment that is not empty, and nothing is normalised: `/a`
 * and `/a/` differ, `..` is a segment like any other. A parameter may hold a `/` that came as `%2F`. Of several
 * patterns the first that matches counts.
 *
 * @returns a function from a path, without query, to the segments that `*` stood for; `undefined` if it does not match.
 * @throws {OptionError} for a pattern that does not begin with `/`, has a query or fragment, `*` within a segment,
 *   or a named parameter, `:id` say: where that is meant as it is, its first character is written percent-encoded.
 */
export function compilePath(
  path: string | readonly string[] | undefined,
): (path: string) => readonly string[] | undefined {
  if (path === undefined) return () => NO_PARAMS;
  const patterns = (isList(path) ? readList(path, 'listen: path', 'texts') : [path]).map(parse);
  if (patterns.length === 0) throw wrongOption('listen: path', 'is an empty list; it must have at least one pattern');
  return (asked) => {
    if (!asked.startsWith('/')) return undefined;
    const segments = asked.slice(1).split('/');
    for (const pattern of patterns) {
      const params = match(pattern, segments);
      if (params !== undefined) return params;
    }
    return undefined;
  };
}
