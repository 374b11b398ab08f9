import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowAfterKey } from '../model/grid-keys.js';
import type { Rows, RowWindow } from '../model/rows.js';
import { HEAD_HEIGHT, ROW_HEIGHT, useVirtualRows } from './use-virtual-rows.js';

/** One column of a table. */
export interface Column<Row, SortKey extends string> {
  readonly id: string;
  readonly title: string;
  /** Absent: the server does not sort by it. */
  readonly sortKey?: SortKey;
  readonly isNumber?: boolean;
  /** Left out where the screen is narrow. */
  readonly isExtra?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export interface Sort<SortKey extends string> {
  readonly by: SortKey;
  readonly descending: boolean;
}

interface GridProps<Row, SortKey extends string> {
  readonly name: string;
  readonly label: string;
  readonly columns: readonly Column<Row, SortKey>[];
  readonly rows: Rows<Row> | undefined;
  readonly sort: Sort<SortKey>;
  readonly onSort: (sort: Sort<SortKey>) => void;
  /** Called with the rows in sight whenever they are others. */
  readonly onSight: (visible: RowWindow) => void;
  readonly onOpen: (row: Row) => void;
  readonly isFaulty: (row: Row) => boolean;
}

/** Where tables were left, by what they showed. */
const PLACES = new Map<string, Place>();

interface Place {
  readonly active: number;
  readonly scrollTop: number;
}

const MOST_PLACES = 50;

function leave(name: string, place: Place): void {
  PLACES.delete(name);
  PLACES.set(name, place);
  const [oldest] = PLACES.keys();
  if (PLACES.size > MOST_PLACES && oldest !== undefined) PLACES.delete(oldest);
}

/**
 * A table of any length, of which only the rows in sight are in the document. The keyboard moves one active row, as in
 * the ARIA grid pattern; Enter opens it.
 */
export function Grid<Row, SortKey extends string>(props: GridProps<Row, SortKey>) {
  const { name, label, columns, rows, sort, onSort, onSight, onOpen, isFaulty } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const place = `${name} ${JSON.stringify(sort)} ${location.hash}`;
  const [chosen, setActive] = useState(() => PLACES.get(place)?.active ?? 0);
  const wantsFocus = useRef(false);
  const total = rows?.total ?? 0;
  const active = Math.min(chosen, Math.max(0, total - 1));
  const virtualizer = useVirtualRows(scroller, total, active);
  const items = virtualizer.getVirtualItems();
  const { startIndex = 0, endIndex = 40 } = virtualizer.range ?? {};

  useEffect(() => onSight({ first: startIndex, count: endIndex - startIndex + 1 }), [startIndex, endIndex]);

  // Before the next key is pressed: it belongs to the row that the last one led to.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${active + 2}"]`)?.focus({ preventScroll: true });
  }, [active]);

  // Who comes back to the table finds it where it was left.
  const isThere = total > 0;
  useLayoutEffect(() => {
    if (isThere && scroller.current !== null) scroller.current.scrollTop = PLACES.get(place)?.scrollTop ?? 0;
  }, [isThere, place]);
  // At once: who opens a row before the next frame is painted leaves the table, and its other effects with it.
  useLayoutEffect(() => {
    if (isThere) leave(place, { active, scrollTop: scroller.current?.scrollTop ?? 0 });
  }, [isThere, place, active, startIndex]);

  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows?.at.get(index);
    if (event.key === 'Enter') {
      if (row !== undefined) onOpen(row);
      return;
    }
    const pageRows = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const next = rowAfterKey(event.key, index, total, pageRows);
    if (next === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActive(next);
    virtualizer.scrollToIndex(next, { align: 'auto' });
  };

  return (
    <div
      ref={scroller}
      class={`grid ${name}`}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-busy={rows === undefined}
    >
      <div role="rowgroup" class="head">
        <div role="row" class="row" aria-rowindex={1}>
          {columns.map((column, index) => (
            <Heading key={column.id} column={column} index={index} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" class="body" style={{ height: `${total * ROW_HEIGHT}px` }}>
        {items.map(({ index, start }) => {
          const row = rows?.at.get(index);
          return (
            <div
              key={index}
              role="row"
              class={`row${row !== undefined && isFaulty(row) ? ' faulty' : ''}`}
              aria-rowindex={index + 2}
              aria-busy={row === undefined}
              tabIndex={index === active ? 0 : -1}
              style={{ transform: `translateY(${start - HEAD_HEIGHT}px)` }}
              onFocus={() => setActive(index)}
              onClick={() => {
                if (row !== undefined) onOpen(row);
              }}
              onKeyDown={(event) => onKeyDown(event, index)}
            >
              {columns.map((column, at) => {
                const content = row === undefined ? (at === 0 ? '…' : '') : column.cell(row);
                // A text that is longer than its column is whole in its tooltip.
                const title = typeof content === 'string' ? content : undefined;
                return (
                  <div key={column.id} role="gridcell" aria-colindex={at + 1} class={classOf(column)} title={title}>
                    {content}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function classOf<Row, SortKey extends string>({ id, isNumber, isExtra }: Column<Row, SortKey>): string {
  return `cell of-${id}${isNumber === true ? ' number' : ''}${isExtra === true ? ' extra' : ''}`;
}

interface HeadingProps<Row, SortKey extends string> {
  readonly column: Column<Row, SortKey>;
  readonly index: number;
  readonly sort: Sort<SortKey>;
  readonly onSort: (sort: Sort<SortKey>) => void;
}

/** A column's title. Sorting by a number begins with the largest, sorting by a text with A. */
function Heading<Row, SortKey extends string>({ column, index, sort, onSort }: HeadingProps<Row, SortKey>) {
  const { sortKey, title, isNumber = false } = column;
  const isSorted = sortKey !== undefined && sort.by === sortKey;
  const order = sort.descending ? 'descending' : 'ascending';
  const choose = (): void => {
    if (sortKey !== undefined) onSort({ by: sortKey, descending: isSorted ? !sort.descending : isNumber });
  };
  return (
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={isSorted ? order : sortKey === undefined ? undefined : 'none'}
      class={classOf(column)}
    >
      {sortKey === undefined ? (
        title
      ) : (
        <button type="button" class="sort" onClick={choose}>
          {title}
          <span aria-hidden="true">{isSorted ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
        </button>
      )}
    </div>
  );
}
