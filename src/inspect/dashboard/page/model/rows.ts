/** The rows of a table that the page has, by their place in the whole result. */
export interface Rows<Row> {
  /** When the order was found. Rows of another order do not belong together. */
  readonly asOf: number;
  readonly total: number;
  readonly of: number;
  readonly at: ReadonlyMap<number, Row>;
}

interface Answer<Row> {
  readonly asOf: number;
  readonly total: number;
  readonly of: number;
  readonly first: number;
  readonly rows: readonly Row[];
}

/** At most this many rows are kept: what was scrolled past is asked for again. */
const MOST_KEPT = 2_000;

/** The rows with an answer of the server in their place. */
export function withAnswer<Row>(had: Rows<Row> | undefined, answer: Answer<Row>): Rows<Row> {
  const { asOf, total, of, first, rows } = answer;
  const isSameOrder = had !== undefined && had.asOf === asOf && had.at.size + rows.length <= MOST_KEPT;
  const at = new Map(isSameOrder ? had.at : []);
  rows.forEach((row, index) => at.set(first + index, row));
  return { asOf, total, of, at };
}

export interface RowWindow {
  readonly first: number;
  readonly count: number;
}

/** How many rows before and after the visible ones are asked for too, and the most that one window has. */
const MARGIN = 30;
const MOST_IN_WINDOW = 200;

/**
 * The window to look at for the rows that are visible. It stays as it is while it holds them with some rows to spare,
 * so that a little scrolling asks for nothing.
 */
export function windowFor(visible: RowWindow, had: RowWindow | undefined): RowWindow {
  const last = visible.first + visible.count;
  const spare = MARGIN / 3;
  if (
    had !== undefined &&
    (had.first === 0 || had.first <= visible.first - spare) &&
    had.first <= visible.first &&
    last + spare <= had.first + had.count
  )
    return had;
  const first = Math.max(0, visible.first - MARGIN);
  return { first, count: Math.min(MOST_IN_WINDOW, last + MARGIN - first) };
}
