import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export const ROW_HEIGHT = 30;
export const HEAD_HEIGHT = 32;

/** Rows beyond the visible ones that are in the document. */
const OVERSCAN = 8;

type RowVirtualizer = Virtualizer<HTMLDivElement, HTMLDivElement>;

/** The rows that are in the document: those in sight, and the active one, so that the focus is never lost. */
export function useVirtualRows(
  scroller: RefObject<HTMLDivElement | null>,
  total: number,
  active: number,
): RowVirtualizer {
  const [, draw] = useState(0);
  const present = useRef<RowVirtualizer | undefined>(undefined);
  const options = {
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    rangeExtractor: (range: Range) => withActive(defaultRangeExtractor(range), active, total),
    onChange: () => draw((times) => times + 1),
  };
  present.current ??= new Virtualizer(options);
  const virtualizer = present.current;
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return virtualizer;
}

function withActive(rows: number[], active: number, total: number): number[] {
  if (active >= total || rows.includes(active)) return rows;
  return [...rows, active].toSorted((a, b) => a - b);
}
