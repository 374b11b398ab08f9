import { contain } from '../../transport/contain.js';

/** A listener as `addEventListener` takes it. */
export type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown };

/**
 * Stands between an `EventTarget` and its listeners: what they throw, at once or later, goes to `onThrow`, where Node
 * would end the process with an uncaught exception.
 */
export class ContainedListeners {
  readonly #target: EventTarget;
  readonly #onThrow: (error: unknown) => void;
  /** What is registered for each listener: the target finds a listener by it, to remove it or to add it only once. */
  readonly #wrappers = new WeakMap<object, (event: Event) => void>();

  constructor(target: EventTarget, onThrow: (error: unknown) => void) {
    this.#target = target;
    this.#onThrow = onThrow;
  }

  /** Returns what is to be registered. What is no listener stays as it is, so that the target can refuse it. */
  wrap<L>(listener: L): L | ((event: Event) => void) {
    if ((typeof listener !== 'object' || listener === null) && typeof listener !== 'function') return listener;
    const known = this.#wrappers.get(listener);
    if (known !== undefined) return known;
    const wrapper = (event: Event) => contain(() => this.#call(listener as Listener, event), this.#onThrow);
    this.#wrappers.set(listener, wrapper);
    return wrapper;
  }

  /** `currentTarget` of the event is no help: for all listeners but the first, Node 20 says `null`. */
  #call(listener: Listener, event: Event): unknown {
    return typeof listener === 'function' ? listener.call(this.#target, event) : listener.handleEvent(event);
  }
}
