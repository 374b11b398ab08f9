import { numbered } from './numbered.js';

/**
 * Gives each element of a drawing an id that no other has. What differs has different ids whatever else is drawn; of
 * what is the same, two edges that differ in their guards, the second ends in `--2`.
 */
export class ElementIds {
  readonly #counts = new Map<string, number>();

  /** `state-closing.awaitingPeer`; that of the machine itself is `state-`. */
  ofState(path: readonly string[]): string {
    return this.#counted(`state-${pathText(path)}`);
  }

  /** `edge-open--close--closing.awaitingPeer`. */
  ofEdge(from: readonly string[], event: string, to: readonly string[]): string {
    return this.#counted(`edge-${pathText(from)}--${numbered(event, UNFIT_IN_EVENT)}--${pathText(to)}`);
  }

  #counted(id: string): string {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count === 1 ? id : `${id}--${count}`;
  }
}

/** Besides what is no part of a name, whatever could be read as the sign between two parts of an id. */
const UNFIT_IN_EVENT = /[^\p{L}\p{N}._:*-]|^-|-$|(?<=-)-/gu;
const UNFIT_IN_KEY = /[^\p{L}\p{N}_:*-]|^-|-$|(?<=-)-/gu;

const pathText = (path: readonly string[]): string => path.map((key) => numbered(key, UNFIT_IN_KEY)).join('.');
