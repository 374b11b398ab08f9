import { EndedError } from '../transport/errors.js';

/** `connection.signal`: made when somebody asks for it, since an AbortController costs as much as a tenth of a connection. */
export class Interruption {
  #controller: AbortController | undefined;
  #message: (() => string) | undefined;

  /** Aborts, once; the reason, an error with its stack, is made only if somebody holds the signal. */
  interrupt(message: () => string): void {
    if (this.#message !== undefined) return;
    this.#message = message;
    this.#controller?.abort(new EndedError(message()));
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#message !== undefined) this.#controller.abort(new EndedError(this.#message()));
    }
    return this.#controller.signal;
  }
}
