import type { EndedError } from '../../transport/errors.js';
import { guardedController } from '../../transport/guarded-signal.js';
import type { ChildContext } from '../api/child-spec.js';

/** How a supervisor starts the children it knows how to make. */
export type ChildStarters = Pick<ChildContext, 'dial' | 'listen' | 'supervise'>;

/** What one start of a child is given. Its signal is made when somebody asks for it. */
export class OwnContext implements ChildContext {
  readonly id: string;
  readonly dial: ChildContext['dial'];
  readonly listen: ChildContext['listen'];
  readonly supervise: ChildContext['supervise'];
  /** Is called when the start is given up: terminates what it has begun, and resolves when that has ended. */
  onAbandon: (() => Promise<unknown>) | undefined;
  readonly #onThrow: (error: unknown) => void;
  #controller: AbortController | undefined;
  #reason: EndedError | undefined;

  /** @param onThrow gets what listeners of its signal throw. */
  constructor(id: string, { dial, listen, supervise }: ChildStarters, onThrow: (error: unknown) => void) {
    this.#onThrow = onThrow;
    this.id = id;
    this.dial = dial;
    this.listen = listen;
    this.supervise = supervise;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = guardedController(this.#onThrow);
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The supervisor stops while this start is under way. */
  abort(reason: EndedError): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
