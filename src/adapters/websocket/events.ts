import type { CloseReport } from '../../transport/close-report.js';

/** Settings of any event; their name is not the same in the types of Node and of the DOM. */
type EventSettings = NonNullable<ConstructorParameters<typeof Event>[1]>;

/** Settings of a `CloseEvent`. */
interface CloseEventSettings extends EventSettings {
  readonly code?: number;
  readonly reason?: string;
  readonly wasClean?: boolean;
}

class OwnCloseEvent extends Event implements CloseEvent {
  readonly #init: CloseEventSettings;

  constructor(type: string, init: CloseEventSettings = {}) {
    super(type, init);
    this.#init = init;
  }

  get code(): number {
    return this.#init.code ?? 0;
  }
  get reason(): string {
    return this.#init.reason ?? '';
  }
  get wasClean(): boolean {
    return this.#init.wasClean ?? false;
  }
}

/** Settings of an `ErrorEvent`. */
interface ErrorEventSettings extends EventSettings {
  readonly message?: string;
  readonly error?: unknown;
}

class OwnErrorEvent extends Event implements ErrorEvent {
  readonly #init: ErrorEventSettings;

  constructor(type: string, init: ErrorEventSettings = {}) {
    super(type, init);
    this.#init = init;
  }

  get message(): string {
    return this.#init.message ?? '';
  }
  get filename(): string {
    return '';
  }
  get lineno(): number {
    return 0;
  }
  get colno(): number {
    return 0;
  }
  get error(): unknown {
    return this.#init.error ?? null;
  }
}

/** Takes the class that the runtime has: events are then instances of what programs know by that name. */
function global<Class extends new (...args: never) => Event>(name: string, own: Class): Class {
  const found: unknown = (globalThis as Readonly<Record<string, unknown>>)[name];
  if (typeof found === 'function') return found as Class;
  // Its name is seen by users: in logs, and as `event.constructor.name`.
  Object.defineProperty(own, 'name', { value: name, configurable: true });
  Object.defineProperty(own.prototype, Symbol.toStringTag, { value: name, configurable: true });
  return own;
}

/** How a socket has closed. */
export interface CloseEvent extends Event {
  /** The code that the peer has sent; 1005 if that was none, 1006 without a Close. */
  readonly code: number;
  readonly reason: string;
  /** Whether both Close frames crossed. */
  readonly wasClean: boolean;
}

/** The class of `close` events: Node's where it has one (Node 23 and later). */
export const CloseEvent: new (type: string, init?: CloseEventSettings) => CloseEvent = /* @__PURE__ */ global(
  'CloseEvent',
  OwnCloseEvent,
);

/** Why a socket has failed. */
export interface ErrorEvent extends Event {
  /** One sentence, as `explain` makes it. */
  readonly message: string;
  /** What a listener has thrown, else an `EndedError`, which has the close report where there is one. */
  readonly error: unknown;
}

/** The class of `error` events: the runtime's where it has one. */
export const ErrorEvent: new (type: string, init?: ErrorEventSettings) => ErrorEvent = /* @__PURE__ */ global(
  'ErrorEvent',
  OwnErrorEvent,
);

/**
 * The event `redial` of a socket with `retry`: its connection has ended, or an attempt has failed, and after `delayMs`
 * it dials again. The socket is connecting from now on.
 */
export class RedialEvent extends Event {
  /** How the connection ended, or why it did not open. */
  readonly report: CloseReport;
  /** The number of attempts since the last stable connection, from 1. */
  readonly attempt: number;
  /** How long the socket waits before it dials, in ms. */
  readonly delayMs: number;

  constructor(type: string, { report, attempt, delayMs }: Pick<RedialEvent, 'report' | 'attempt' | 'delayMs'>) {
    super(type);
    this.report = report;
    this.attempt = attempt;
    this.delayMs = delayMs;
  }
}

/** The events of a socket. */
export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: ErrorEvent;
  close: CloseEvent;
  redial: RedialEvent;
}

/** Marks an event as the socket's own: programs fire events too, and those are not trusted. */
export function trusted<E extends Event>(event: E): E {
  return Object.defineProperty(event, 'isTrusted', { value: true, enumerable: true });
}
