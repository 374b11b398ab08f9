import { STATUS_CODES } from 'node:http';

/**
 * The HTTP status of a handshake as the value of a label. A server that is dialed can answer with any number: those
 * that no standard has share one value.
 *
 * @param status `undefined` if there was no answer.
 */
export function statusLabel(status: number | undefined): string {
  if (status === undefined || status === 0) return 'none';
  return status in STATUS_CODES || status === GONE ? String(status) : OTHER;
}

/** Gives the first ids of children a value each, and one value to all that come later. */
export class ChildLabels {
  readonly #most: number;
  readonly #known = new Set<string>();

  /** @param most how many ids get a value of their own; with 0 there is no label. */
  constructor(most: number) {
    this.#most = most;
  }

  of(childId: string | undefined): { readonly child?: string } {
    if (this.#most === 0) return {};
    if (childId === undefined) return { child: OTHER };
    if (this.#known.size < this.#most) this.#known.add(childId);
    return { child: this.#known.has(childId) ? childId : OTHER };
  }
}

/** The value that stands for all others. */
const OTHER = 'other';

/** The client went away before the answer. */
const GONE = 499;
