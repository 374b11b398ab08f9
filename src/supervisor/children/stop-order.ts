/**
 * Groups children in the order in which they are stopped: reverse start order, as in OTP. Neighbours that may end
 * together form one group, so that a thousand of them take no longer than the slowest. Any other child is
 * alone in its group.
 *
 * @param children in reverse start order.
 * @param mayEndTogether is called when a child's turn has come.
 * @returns groups; each is stopped when the group before it has ended.
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
