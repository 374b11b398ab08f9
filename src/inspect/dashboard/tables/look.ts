import type { Window } from '../protocol/tables.js';
import { type Scan, scan } from './scan.js';
import type { Slicer } from './slicer.js';

/** The shortest time between two scans for one look, in ms. */
const RESCAN_MS = 2000;

/** A scan may take at most this part of the time: one that takes longer is made less often. */
const SHARE = 1 / 20;

/** One table, as a viewer looks at it. */
export interface TableSource<Query, Item, Row> {
  scan(query: Query): Scan<Item>;
  row(item: Item): Row;
  /** How many items there are without a query. */
  size(): number;
  /** Changes whenever the order may have changed; of a query whose order always may, with each call. */
  version(query: Query): number;
}

/** What is sent of a look, without the fields that all messages of it have. */
export interface Shown<Row> {
  readonly asOf: number;
  readonly total: number;
  readonly of: number;
  readonly first: number;
  readonly rows: readonly Row[];
}

/** What a look needs of its surroundings. */
export interface LookParts<Query, Item, Row> {
  readonly source: TableSource<Query, Item, Row>;
  readonly slicer: Slicer;
  /** Monotonic, and Unix time in ms. */
  readonly clock: { now(): number; wallNow(): number };
  readonly send: (look: number, shown: Shown<Row>) => void;
}

/**
 * One viewer's look at one table: a query whose result is found in slices and kept, and a window into it whose rows are
 * made again whenever they are shown.
 */
export class Look<Query, Item, Row> {
  readonly #parts: LookParts<Query, Item, Row>;
  #wanted: { readonly look: number; readonly query: Query; readonly text: string; readonly window: Window } | undefined;
  #found: Found<Item> | undefined;
  #callOff: (() => void) | undefined;
  #sent = '';

  constructor(parts: LookParts<Query, Item, Row>) {
    this.#parts = parts;
  }

  /** Looks at a window; with another query than before the result is looked for again. */
  at(look: number, query: Query, window: Window): void {
    const text = JSON.stringify(query);
    const isSame = this.#wanted?.text === text;
    this.#wanted = { look, query, text, window };
    this.#sent = '';
    if (isSame) this.#show();
    else {
      this.#found = undefined;
      this.#find();
    }
  }

  away(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#wanted = undefined;
    this.#found = undefined;
  }

  /** Shows what has changed in the window, and looks for the result again when that is due. */
  refresh(): void {
    const wanted = this.#wanted;
    const found = this.#found;
    if (wanted === undefined || found === undefined) return;
    const { source, clock } = this.#parts;
    if (clock.now() >= found.againFrom && source.version(wanted.query) !== found.version) this.#find();
    this.#show();
  }

  #find(): void {
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    const { source, slicer, clock } = this.#parts;
    this.#callOff?.();
    const began = clock.now();
    const version = source.version(wanted.query);
    let items: readonly Item[] = [];
    const job = scan(source.scan(wanted.query), (result: readonly Item[]) => {
      items = result;
    });
    this.#callOff = slicer.run(job, () => {
      this.#callOff = undefined;
      const now = clock.now();
      const againFrom = now + Math.max(RESCAN_MS, (now - began) / SHARE);
      this.#found = { items, version, againFrom, asOf: clock.wallNow() };
      this.#show();
    });
  }

  #show(): void {
    const wanted = this.#wanted;
    const found = this.#found;
    if (wanted === undefined || found === undefined) return;
    const { source, send } = this.#parts;
    const { first, count } = wanted.window;
    const rows = found.items.slice(first, first + count).map((item) => source.row(item));
    const shown = { total: found.items.length, of: source.size(), first, rows };
    const text = JSON.stringify(shown);
    if (text === this.#sent) return;
    this.#sent = text;
    send(wanted.look, { asOf: found.asOf, ...shown });
  }
}

/** The result of a scan. */
interface Found<Item> {
  readonly items: readonly Item[];
  readonly version: number;
  /** When it may be looked for again, monotonic ms. */
  readonly againFrom: number;
  readonly asOf: number;
}
