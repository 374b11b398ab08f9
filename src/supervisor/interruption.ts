import { EndedError } from '../transport/errors.js';

/** `connection.signal`: made when somebody asks for it, since an AbortController costs as much as a tenth of a connection. */
export class Interruption {
  #controller: AbortController | undefined;
  #reason: EndedError | undefined;

  /** Aborts, once. */
  interrupt(message: () => string): void {
    if (this.#reason !== undefined) return;
    this.#reason = new EndedError(message());
    this.#controller?.abort(this.#reason);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }
}
