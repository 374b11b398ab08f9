import type { EndedError } from '../../transport/errors.js';
import { guardedController } from '../../transport/guarded-signal.js';
import type { ChildContext } from '../api/child-spec.js';

/** The context that one start of a child is given. Its signal is made when it is first read. */
export class StartContext implements ChildContext {
  readonly id: string;
  readonly dial: ChildContext['dial'];
  readonly listen: ChildContext['listen'];
  readonly supervise: ChildContext['supervise'];
  /** Called when the start is abandoned: terminates what it has begun, and resolves when that has ended. */
  onAbandon: (() => Promise<unknown>) | undefined;
  readonly #onThrow: (error: unknown) => void;
  #controller: AbortController | undefined;
  #reason: EndedError | undefined;

  /** @param onThrow is called with what listeners of the signal throw. */
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

  /** Aborts the signal: the supervisor stops while this start is under way. */
  abort(reason: EndedError): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** How a supervisor starts the kinds of children that it can make itself. */
export type ChildStarters = Pick<ChildContext, 'dial' | 'listen' | 'supervise'>;
