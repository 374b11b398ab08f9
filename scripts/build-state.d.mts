/** A hash of all that dist/ is made of, by contents. */
export function stateOfSources(root: string): string;

/** A hash of what is in dist/, by sizes and times. */
export function stateOfDist(root: string): string;
