/** A document of the project, its path relative to the root. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** A fenced code block. */
export interface CodeBlock {
  readonly language: string;
  /** Whether it is a program that ends by itself. */
  readonly isRun: boolean;
  readonly code: string;
  /** The line its code begins at. */
  readonly line: number;
}

export function documents(root: string): readonly Document[];
export function codeBlocks(text: string): readonly CodeBlock[];
export function prose(text: string): string;
export function anchors(text: string): readonly string[];
export function relativeLinks(text: string): readonly string[];
