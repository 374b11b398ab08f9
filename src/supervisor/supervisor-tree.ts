import { OptionError } from '../transport/errors.js';

/** A supervisor among others: whose child it is, and which supervisors are its children. */
export interface TreeNode {
  readonly parent: TreeNode | undefined;
  /** Also those that users gave as the handle of a child of theirs. */
  readonly childSupervisors: Iterable<TreeNode>;
}

/**
 * How many supervisors may stand below one another. Commands, events, and counts pass through all of them within one
 * call.
 */
const DEEPEST = 100;

/** @throws {OptionError} for a supervisor that would be too far below the topmost one. */
export function checkDepth(above: TreeNode, where: string): void {
  let depth = 1;
  for (let up: TreeNode | undefined = above; up !== undefined; up = up.parent) depth += 1;
  if (depth > DEEPEST)
    throw new OptionError(
      `${where}: it would be supervisor number ${depth} below one another; allowed are ${DEEPEST}.`,
    );
}

/** Whether one is the other itself, or one that the other is below: as its child it would wait for its own end. */
export function isAncestorOrSelf(one: TreeNode, other: TreeNode): boolean {
  // A supervisor whose start is under way is no child yet of the one above.
  for (let up: TreeNode | undefined = other; up !== undefined; up = up.parent) if (up === one) return true;
  const found = new Set<TreeNode>([one]);
  for (const node of found) {
    if (node === other) return true;
    for (const below of node.childSupervisors) found.add(below);
  }
  return false;
}
