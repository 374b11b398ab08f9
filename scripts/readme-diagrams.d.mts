export function diagramBlock(name: string, diagram: string): string;
export function withDiagrams(document: string, diagrams: Readonly<Record<string, string>>): string;
