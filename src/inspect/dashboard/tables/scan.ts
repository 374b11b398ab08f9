import { mergeSort } from './merge-sort.js';
import { comparing, type SortKey } from './order.js';
import type { Job } from './slicer.js';

/** How many items are looked at between two pauses. */
const PIECE = 64;

/** What a scan looks for. */
export interface Scan<Item> {
  /** All items; more may come while they are looked at. */
  readonly items: Iterable<Item>;
  /** How many there are now. */
  readonly size: number;
  /** The item's key for the order, or `undefined` if it is not wanted. */
  readonly pick: (item: Item) => Picked | undefined;
  readonly isDescending: boolean;
  /** Whether the items come in the order of their keys, so that there is nothing to sort. */
  readonly isSorted: boolean;
}

/** An item is wanted. */
export interface Picked {
  readonly key: SortKey | undefined;
}

/** Finds the wanted items and their order, a piece at a time. */
export function* scan<Item>(
  { items, size, pick, isDescending, isSorted }: Scan<Item>,
  onFound: (found: readonly Item[]) => void,
): Job {
  const wanted: Item[] = [];
  const keys: (SortKey | undefined)[] = [];
  let seen = 0;
  // Items that come meanwhile are seen too; not for ever, should they come faster than they are seen.
  const most = 2 * size + PIECE;
  for (const item of items) {
    const picked = pick(item);
    if (picked !== undefined) {
      wanted.push(item);
      keys.push(picked.key);
    }
    seen += 1;
    if (seen % PIECE === 0) yield;
    if (seen > most) break;
  }
  let order: Uint32Array | undefined;
  if (!isSorted) {
    yield* mergeSort(wanted.length, comparing(keys, isDescending), (sorted) => {
      order = sorted;
    });
  }
  onFound(yield* inOrder(wanted, order, isSorted && isDescending));
}

/** Puts items into an order, or the other way round. */
function* inOrder<Item>(
  items: readonly Item[],
  order: Uint32Array | undefined,
  isReversed: boolean,
): Generator<void, readonly Item[], void> {
  if (order === undefined && !isReversed) return items;
  const ordered: Item[] = [];
  for (let index = 0; index < items.length; index += 1) {
    const from = order?.[index] ?? items.length - 1 - index;
    ordered.push(items[from] as Item);
    if (index % 4096 === 4095) yield;
  }
  return ordered;
}
