import { OptionError } from '../transport/errors.js';

/** A supervisor among others: whose child it is, and which supervisors are its children. */
export interface Kin {
  readonly parent: Kin | undefined;
  /** Also those that users gave as the handle of a child of theirs. */
  readonly supervisorsBelow: Iterable<Kin>;
}

/**
 * How many supervisors may stand below one another. Commands, events, and counts pass through all of them within one
 * call.
 */
const DEEPEST = 100;

/** @throws {OptionError} for a supervisor that would be too far below the topmost one. */
export function checkDepth(above: Kin, where: string): void {
  let depth = 1;
  for (let up: Kin | undefined = above; up !== undefined; up = up.parent) depth += 1;
  if (depth > DEEPEST)
    throw new OptionError(
      `${where}: it would be supervisor number ${depth} below one another; allowed are ${DEEPEST}.`,
    );
}

/** Whether one is the other itself, or one that the other is below: as its child it would wait for its own end. */
export function isAbove(one: Kin, other: Kin): boolean {
  // A supervisor whose start is under way is no child yet of the one above.
  for (let up: Kin | undefined = other; up !== undefined; up = up.parent) if (up === one) return true;
  const found = new Set<Kin>([one]);
  for (const kin of found) {
    if (kin === other) return true;
    for (const below of kin.supervisorsBelow) found.add(below);
  }
  return false;
}
