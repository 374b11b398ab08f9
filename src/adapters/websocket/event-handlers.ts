/** What an `on...` attribute holds: a function, or an object that is kept and does nothing; or `null`. */
export type EventHandler = object | null;

/**
 * The `on...` attributes of an `EventTarget` (https://html.spec.whatwg.org/#event-handler-attributes): a handler runs
 * at the place in the order of listeners where it was first set, until it is set to `null`.
 */
export class EventHandlers {
  readonly #target: EventTarget;
  readonly #active = new Map<string, { handler: object; readonly listener: (event: Event) => unknown }>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  get(type: string): EventHandler {
    return this.#active.get(type)?.handler ?? null;
  }

  /** Sets a handler; anything but an object or a function removes it. */
  set(type: string, value: unknown): void {
    const known = this.#active.get(type);
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
      if (known === undefined) this.#activate(type, value);
      else known.handler = value;
      return;
    }
    if (known === undefined) return;
    this.#active.delete(type);
    this.#target.removeEventListener(type, known.listener);
  }

  #activate(type: string, handler: object): void {
    const active = {
      handler,
      listener: (event: Event): unknown => {
        if (typeof active.handler !== 'function') return undefined;
        const returned: unknown = active.handler.call(this.#target, event);
        if (returned === false) event.preventDefault();
        return returned;
      },
    };
    this.#active.set(type, active);
    this.#target.addEventListener(type, active.listener);
  }
}
