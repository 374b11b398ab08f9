export function withReference(document: string, sources: readonly string[]): string;
export function sourcesOf(root: string): string[];
