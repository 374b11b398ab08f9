/** Whether a machine's event stands for many: `*`, `wire.*`. */
export const isPattern = (event: string): boolean => event === '*' || event.endsWith('.*');

/** Whether a machine's event takes events of a type: the same, any for `*`; `wire.*` takes `wire` too. */
export const takes = (event: string, type: string): boolean =>
  event === type ||
  (event === '*' && type !== '') ||
  (event.endsWith('.*') && `${type}.`.startsWith(event.slice(0, -1)));

/** A state's events in the order in which XState tries them: the very event first, then patterns, the longest first. */
export function asTried(events: Iterable<string>): string[] {
  const all = [...events];
  const patterns = all.filter(isPattern).toSorted((a, b) => b.length - a.length);
  return [...all.filter((event) => !isPattern(event)), ...patterns];
}
