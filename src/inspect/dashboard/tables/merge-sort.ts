import type { Job } from './slicer.js';

/** How many elements are sorted or merged between two pauses. */
const PIECE = 512;

/**
 * Sorts the numbers from 0 to below `length`, in pieces: sorting 100,000 in one go would keep the event loop for 50 ms
 * and more. Equal ones keep their order.
 *
 * @param compare as `Array.prototype.sort` takes it.
 * @param onSorted called with the order at the end.
 */
export function* mergeSort(
  length: number,
  compare: (a: number, b: number) => number,
  onSorted: (order: Uint32Array) => void,
): Job {
  let order = new Uint32Array(length);
  // `Uint32Array.from` with a function would take 10 ms for 100,000.
  for (let index = 0; index < length; index += 1) order[index] = index;
  for (let from = 0; from < length; from += PIECE) {
    order.subarray(from, Math.min(from + PIECE, length)).sort(compare);
    yield;
  }
  let spare = new Uint32Array(length);
  for (let width = PIECE; width < length; width *= 2) {
    for (let from = 0; from < length; from += 2 * width) {
      const middle = Math.min(from + width, length);
      yield* merge(order, spare, { from, middle, to: Math.min(middle + width, length) }, compare);
    }
    [order, spare] = [spare, order];
  }
  onSorted(order);
}

/** Merges two sorted neighbours. */
function* merge(
  order: Uint32Array,
  into: Uint32Array,
  { from, middle, to }: { readonly from: number; readonly middle: number; readonly to: number },
  compare: (a: number, b: number) => number,
): Job {
  let left = from;
  let right = middle;
  for (let at = from; at < to; at += 1) {
    const isLeft = right >= to || (left < middle && compare(order[left] as number, order[right] as number) <= 0);
    into[at] = order[isLeft ? left++ : right++] as number;
    if ((at - from) % PIECE === PIECE - 1) yield;
  }
}
