import { OptionError } from '../transport/errors.js';

/** Says what `*` stood for in a path that matches, or `undefined`. */
export type PathMatcher = (path: string) => readonly string[] | undefined;

const NO_PARAMS: readonly string[] = [];

/**
 * Makes a matcher of path patterns in which `*` stands for exactly one segment.
 *
 * @throws {OptionError} for a pattern that does not begin with `/`, or has a query, a fragment, or `*` within a segment.
 */
export function compilePath(pattern: string | readonly string[] | undefined): PathMatcher {
  if (pattern === undefined) return () => NO_PARAMS;
  const patterns = typeof pattern === 'string' ? [pattern] : pattern;
  const matchers = patterns.map(compileOne);
  return (path) => {
    for (const matcher of matchers) {
      const params = matcher(path);
      if (params !== undefined) return params;
    }
    return undefined;
  };
}

function compileOne(pattern: string): PathMatcher {
  const segments = typeof pattern === 'string' ? pattern.split('/') : [];
  const isSound = segments[0] === '' && !/[?#]/.test(pattern) && segments.every((segment) => segment === '*' || !segment.includes('*'));
  if (!isSound) {
    throw new OptionError(`path: ${JSON.stringify(pattern)} is no path; allowed are paths that begin with "/", without query, in which "*" stands for one whole segment.`);
  }
  if (!segments.includes('*')) return (path) => (path === pattern ? NO_PARAMS : undefined);
  return (path) => matchSegments(segments, path.split('/'));
}

function matchSegments(pattern: readonly string[], path: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: string[] = [];
  for (const [i, wanted] of pattern.entries()) {
    const segment = path[i] ?? '';
    if (wanted !== '*') {
      if (segment !== wanted) return undefined;
      continue;
    }
    const param = decoded(segment);
    if (param === undefined || param === '') return undefined;
    params.push(param);
  }
  return params;
}

/** A malformed percent-encoding stands for nothing. */
function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
