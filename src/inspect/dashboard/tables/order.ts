/** What rows are sorted by. */
export type SortKey = number | string;

/** Whether a text contains another one, whatever its case; `search` is in lower case. */
export function isIn(text: string | undefined, search: string): boolean {
  return text?.toLowerCase().includes(search) === true;
}

/** A key for texts that end in a number, as ids do: `c10` comes after `c9`. */
export function numberedKey(text: string): string {
  return text.replace(/\d{1,15}$/, (digits) => digits.padStart(15, '0'));
}

/**
 * Compares rows by their keys, for `mergeSort`. Rows without a key come last, in either direction; those with equal
 * keys keep their order.
 */
export function comparing(
  keys: readonly (SortKey | undefined)[],
  isDescending: boolean,
): (a: number, b: number) => number {
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const left = keys[a];
    const right = keys[b];
    if (left === right) return 0;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return left < right ? -sign : sign;
  };
}
