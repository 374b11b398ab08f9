import { EndedError } from '../../transport/errors.js';
import { guardedController } from '../../transport/guarded-signal.js';

/** Whose handler is interrupted. */
export interface Interrupted {
  /** A listener of the signal threw. Must not throw. */
  subscriberThrew(error: unknown): void;
}

/**
 * `connection.signal`: made when somebody asks for it, since an AbortController costs as much as a tenth of a
 * connection.
 */
export class Interruption {
  readonly #owner: Interrupted;
  #controller: AbortController | undefined;
  #message: (() => string) | undefined;

  constructor(owner: Interrupted) {
    this.#owner = owner;
  }

  /** Aborts, once; the reason, an error with its stack, is made only if somebody holds the signal. */
  interrupt(message: () => string): void {
    if (this.#message !== undefined) return;
    this.#message = message;
    this.#controller?.abort(new EndedError(message()));
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = guardedController((error) => this.#owner.subscriberThrew(error));
      if (this.#message !== undefined) this.#controller.abort(new EndedError(this.#message()));
    }
    return this.#controller.signal;
  }
}
