import { contain } from './contain.js';

type Listener = ((this: AbortSignal, event: Event) => unknown) | { handleEvent(event: Event): unknown };

/**
 * An AbortController for a signal that is handed to code of the user's. Node makes an uncaught exception of what a
 * listener throws; of this signal's listeners it comes to `onThrow` instead. It is a signal in every other way.
 */
export function guardedController(onThrow: (error: unknown) => void): AbortController {
  const controller = new AbortController();
  guard(controller.signal, onThrow);
  return controller;
}

function guard(signal: AbortSignal, onThrow: (error: unknown) => void): void {
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  /** One for each listener, since adding a listener twice adds it once. */
  const guarded = new WeakMap<object, (event: Event) => void>();

  const guardedOf = (listener: Listener): ((event: Event) => void) => {
    const known = guarded.get(listener);
    if (known !== undefined) return known;
    const made = (event: Event) =>
      contain(
        () => (typeof listener === 'function' ? listener.call(signal, event) : listener.handleEvent(event)),
        onThrow,
      );
    guarded.set(listener, made);
    return made;
  };

  let onabort: ((event: Event) => void) | null = null;
  Object.defineProperties(signal, {
    addEventListener: {
      configurable: true,
      value: (type: string, listener: Listener | null | undefined, options?: Parameters<typeof add>[2]) =>
        add(type, listener ? guardedOf(listener) : (listener as never), options),
    },
    removeEventListener: {
      configurable: true,
      value: (type: string, listener: Listener | null | undefined, options?: Parameters<typeof remove>[2]) =>
        remove(type, (listener ? guarded.get(listener) : listener) as never, options),
    },
    onabort: {
      configurable: true,
      get: () => onabort,
      set: (listener: unknown) => {
        if (onabort !== null) remove('abort', guardedOf(onabort));
        onabort = typeof listener === 'function' ? (listener as (event: Event) => void) : null;
        if (onabort !== null) add('abort', guardedOf(onabort));
      },
    },
  });
}
