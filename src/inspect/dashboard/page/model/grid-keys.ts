/** Where a key leads in a table, by row; `undefined` if the key means nothing there. As in the ARIA grid pattern. */
export function rowAfterKey(key: string, active: number, total: number, pageRows: number): number | undefined {
  if (total === 0) return undefined;
  const within = (row: number): number => Math.max(0, Math.min(total - 1, row));
  switch (key) {
    case 'ArrowDown':
      return within(active + 1);
    case 'ArrowUp':
      return within(active - 1);
    case 'PageDown':
      return within(active + pageRows);
    case 'PageUp':
      return within(active - pageRows);
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return undefined;
  }
}
