/** A hash of all that dist/ is made of, by contents, and of dist/, by sizes and times. */
export function buildState(root: string): string;
