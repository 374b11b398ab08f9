interface Context {
  readonly entries: readonly { readonly entry: string; readonly names: readonly { readonly name: string }[] }[];
  /** The address of the repository. */
  readonly repository: string;
}

export const GUIDES: readonly string[];
export function pageOf(path: string, text: string, context: Context): string;
