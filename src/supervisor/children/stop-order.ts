/**
 * The order in which children are stopped: reverse start order, as in OTP, but neighbours that may end together are
 * told to in one go, so that a thousand of them need no longer than the slowest. Any other child is told only when all
 * that were started after it have ended, and those before it wait for its end.
 *
 * @param children in reverse start order.
 * @param mayEndTogether is asked when a child's turn has come.
 * @returns groups, each to be told to end when the one before has ended.
 */
export function* stopOrder<T>(children: readonly T[], mayEndTogether: (child: T) => boolean): Iterable<readonly T[]> {
  let group: T[] = [];
  for (const child of children) {
    if (mayEndTogether(child)) {
      group.push(child);
      continue;
    }
    if (group.length > 0) yield group;
    yield [child];
    group = [];
  }
  if (group.length > 0) yield group;
}
