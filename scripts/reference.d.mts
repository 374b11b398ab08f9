interface PublicName {
  readonly name: string;
  /** The file that declares it, relative to src/. */
  readonly path: string;
  /** The first paragraph of its documentation. */
  readonly text: string | undefined;
}

interface Entry {
  readonly entry: string;
  /** Its index file, relative to src/. */
  readonly index: string;
  readonly names: readonly PublicName[];
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

export function documentationOf(source: string, name: string): string | undefined;
export function publicNames(manifest: Manifest, read: (path: string) => string): readonly Entry[];
export function referenceOf(entries: readonly Entry[]): string;
export function projectReference(root: string): readonly Entry[];
