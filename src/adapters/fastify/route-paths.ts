/**
 * The paths of routes, as far as is needed to leave other paths to other upgrade listeners of the same server: what
 * Fastify may route to one of them is a match.
 */
export class RoutePaths {
  readonly #fixed = new Set<string>();
  readonly #prefixes: string[] = [];

  /** @param url of a route, with parameters and wildcards as Fastify has them. */
  add(url: string): void {
    const dynamic = url.search(/[:*]/);
    if (dynamic === -1) this.#fixed.add(plain(url));
    else this.#prefixes.push(plain(url.slice(0, dynamic)));
  }

  /** @param target of a request: path and query, or an absolute URL. */
  mayMatch(target: string): boolean {
    const path = plain(pathOf(target));
    return this.#fixed.has(path) || this.#prefixes.some((prefix) => path.startsWith(prefix));
  }
}

function pathOf(target: string): string {
  const [path = ''] = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#;]/, 1);
  return path;
}

/** What router options make of a path: `caseSensitive`, `ignoreDuplicateSlashes`, `ignoreTrailingSlash`. */
function plain(path: string): string {
  return decoded(path)
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '')
    .toLowerCase();
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
