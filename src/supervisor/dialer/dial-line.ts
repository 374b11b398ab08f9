/** Somebody's place in a line. */
export interface LinePlace {
  /** Where it is to dial; who dials the same host stands in one row. */
  readonly host: string;
  before: this | undefined;
  after: this | undefined;
}

/** Those who dial one host, in the order in which they came. */
interface Row<T> {
  first: T;
  last: T;
}

/**
 * A line in which hosts take turns: however many wait for one of them, somebody who dials another is behind one of
 * those at the most. To join, to leave, and to be next cost O(1), as long as few hosts are passed over.
 */
export class DialLine<T extends LinePlace> {
  /** By host, in the order of their turns. */
  readonly #rows = new Map<string, Row<T>>();

  /** Joins the end of its host's row. */
  join(place: T): void {
    const row = this.#rows.get(place.host);
    if (row === undefined) {
      this.#rows.set(place.host, { first: place, last: place });
      return;
    }
    place.before = row.last;
    row.last.after = place;
    row.last = place;
  }

  /** Leaves, wherever it stands. */
  leave(place: T): void {
    const { before, after, host } = place;
    const row = this.#rows.get(host);
    if (row === undefined) return;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    if (before === undefined && after === undefined) this.#rows.delete(host);
    else if (before === undefined && after !== undefined) row.first = after;
    else if (after === undefined && before !== undefined) row.last = before;
    place.before = place.after = undefined;
  }

  /** Who is next among those to whose host somebody may dial. */
  next(mayDial: (host: string) => boolean): T | undefined {
    for (const [host, { first }] of this.#rows) if (mayDial(host)) return first;
    return undefined;
  }

  /** Takes somebody out whose turn it is: its host's turn is over. */
  take(place: T): void {
    this.leave(place);
    const row = this.#rows.get(place.host);
    if (row === undefined) return;
    this.#rows.delete(place.host);
    this.#rows.set(place.host, row);
  }
}
