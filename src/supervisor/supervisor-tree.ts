import { OptionError } from '../transport/errors.js';

/** A supervisor's place in the supervision tree: its parent, and the supervisors among its children. */
export interface TreeNode {
  readonly parent: TreeNode | undefined;
  /** Includes supervisors that a custom `start` returned as the handle of a child. */
  readonly childSupervisors: Iterable<TreeNode>;
}

/**
 * The greatest depth of a supervision tree. Commands, events, and counts pass through all levels within one call, so
 * the stack bounds it.
 */
const GREATEST_DEPTH = 100;

/** @throws {OptionError} when a child supervisor of `parent` would be too deep in the tree. */
export function checkDepth(parent: TreeNode, where: string): void {
  let depth = 1;
  for (let up: TreeNode | undefined = parent; up !== undefined; up = up.parent) depth += 1;
  if (depth > GREATEST_DEPTH)
    throw new OptionError(
      `${where}: the supervisor would be at depth ${depth}; allowed are depths up to ${GREATEST_DEPTH}.`,
    );
}

/** Whether `one` is `other` or an ancestor of it. As a child of `other` it would wait for its own end. */
export function isAncestorOrSelf(one: TreeNode, other: TreeNode): boolean {
  // Upwards first: a supervisor whose start is under way is not among its parent's children yet.
  for (let up: TreeNode | undefined = other; up !== undefined; up = up.parent) if (up === one) return true;
  // Then downwards: a supervisor that a user's start returned does not know its parent.
  const found = new Set<TreeNode>([one]);
  for (const node of found) {
    if (node === other) return true;
    for (const child of node.childSupervisors) found.add(child);
  }
  return false;
}
