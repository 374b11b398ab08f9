import type { PathParams } from '../api/path-params.js';
import { isList, readList, show, wrongOption } from '../options/option-rules.js';

/**
 * Compiles a listener's `path`.
 *
 * Segments are compared percent-decoded, `:name` and `*` are exactly one segment that is not empty, and nothing is
 * normalised: `/a` and `/a/` differ, `..` is a segment like any other. A parameter may hold a `/` that came as `%2F`. A
 * segment whose percent-encoding is malformed matches nothing. Of several patterns the first that matches counts.
 *
 * @throws {OptionError} for a pattern that does not begin with `/`, has a query or fragment, `*` within a segment, a
 *   parameter twice, or one as other routers write it, `{id}` say: where a segment like that or like `:id` is meant as
 *   it is, its first character is written percent-encoded.
 */
export function compilePath(path: string | readonly string[] | undefined): PathMatcher {
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

/** Returns the parameters of a path, which comes without its query; `undefined` if the path does not match. */
export type PathMatcher = (path: string) => PathParams | undefined;

/** The parameters of a path that matches without any. */
const NO_PARAMS: PathParams = Object.freeze({});

/** A segment of a pattern: the text that it must be, or the name of the parameter that it is. */
type Segment = { readonly text: string } | { readonly param: string };

/** A parameter with a name. */
const NAMED = /^:([A-Za-z_]\w*)$/;

/** How routers elsewhere write a parameter: it would be compared as it is, and never match. */
const FOREIGN = /^(?::\w.*|\{.*\}|<.*>|\[.*\])$/;

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
  if (typeof pattern !== 'string') throw wrong('allowed are texts like "/rooms/:name", and lists of them');
  if (!pattern.startsWith('/')) throw wrong('it must begin with "/"');
  if (/[?#]/.test(pattern)) throw wrong('it must not have a query or a fragment');
  const params = new Set<string>();
  let unnamed = 0;
  return pattern
    .slice(1)
    .split('/')
    .map((segment) => {
      const param = segment === '*' ? String(unnamed++) : NAMED.exec(segment)?.[1];
      if (param !== undefined) {
        if (params.has(param)) throw wrong(`give each parameter its own name: ":${param}" occurs twice`);
        params.add(param);
        return { param };
      }
      if (segment.includes('*')) throw wrong('"*" must be a whole segment');
      if (FOREIGN.test(segment))
        throw wrong(`write ":name" or "*" for a segment that may be anything, not ${show(segment)}`);
      const text = decode(segment);
      if (text === undefined) throw wrong('it must have valid percent-encoding');
      return { text };
    });
}

/** The parameters of a path, or `undefined` if it does not match. */
function match(pattern: readonly Segment[], segments: readonly string[]): PathParams | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: [name: string, value: string][] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = decode(segments[index] ?? '');
    if ('text' in expected) {
      if (segment !== expected.text) return undefined;
    } else {
      if (segment === undefined || segment === '') return undefined;
      params.push([expected.param, segment]);
    }
  }
  // Not by assignment: `:__proto__` is a name as well.
  return params.length === 0 ? NO_PARAMS : Object.fromEntries(params);
}
