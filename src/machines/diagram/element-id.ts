/** Gives each element of a drawing an id that no other has: a second one of the same name ends in `--2`. */
export class ElementIds {
  readonly #counts = new Map<string, number>();

  /** `state-closing.awaitingPeer`; that of the machine itself is `state-`. */
  ofState(path: readonly string[]): string {
    return this.#unique(`state-${path.map(plain).join('.')}`);
  }

  /** `edge-open--close--closing.awaitingPeer`. */
  ofEdge(from: readonly string[], event: string, to: readonly string[]): string {
    const [source, target] = [from, to].map((path) => path.map(plain).join('.'));
    return this.#unique(`edge-${source}--${plain(event)}--${target}`);
  }

  #unique(id: string): string {
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    return count === 1 ? id : this.#unique(`${id}--${count}`);
  }
}

/** Characters that are no part of a name stand as their number, a space as `_x20_`. */
const plain = (text: string): string =>
  text.replaceAll(
    /[^\p{L}\p{N}._:*-]|_(?=x[\dA-F]+_)/gu,
    (sign) => `_x${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}_`,
  );
