import { CloseEvent, ErrorEvent, Event, type EventListener, MessageEvent, type WebSocketEventMap } from './events.js';
import type { RawData } from './message-data.js';

/** A function on the emitter side that stands for a listener of the EventTarget side. */
interface Wrapper {
  (this: Target, ...args: never[]): void;
  readonly [LISTENER]: unknown;
  readonly [IS_ATTRIBUTE]: boolean;
}

/** What an event is fired at, and its emitter side. */
export interface Target {
  readonly readyState: number;
  /** Whether both Close frames crossed. */
  readonly wasClean: boolean;
  listeners(type: string): readonly unknown[];
  on(type: string, listener: (...args: never[]) => void): unknown;
  once(type: string, listener: (...args: never[]) => void): unknown;
  removeListener(type: string, listener: (...args: never[]) => void): unknown;
}

const LISTENER = Symbol('listener');
const IS_ATTRIBUTE = Symbol('is attribute');

type EventType = keyof WebSocketEventMap;

/** Makes an event of what the emitter side emits. */
const EVENT_OF: { readonly [T in EventType]: (target: Target, ...args: never[]) => WebSocketEventMap[T] } = {
  open: (target) => new Event('open', target),
  message: (target, data: RawData, isBinary: boolean) =>
    new MessageEvent(isBinary ? data : (data as Buffer).toString(), target),
  close: (target, code: number, reason: Buffer) =>
    new CloseEvent({ code, reason: reason.toString(), wasClean: target.wasClean }, target),
  error: (target, error: Error) => new ErrorEvent(error, target),
};

const isType = (type: string): type is EventType => Object.hasOwn(EVENT_OF, type);

/** The wrappers of a type that are attributes (`onmessage`), or those that are not. */
function wrappersOf(target: Target, type: string, isAttribute: boolean): Wrapper[] {
  return target.listeners(type).filter((each): each is Wrapper => (each as Wrapper)[IS_ATTRIBUTE] === isAttribute);
}

function wrap(type: EventType, listener: EventListener<never>, isAttribute: boolean): Wrapper {
  const makeEvent = EVENT_OF[type];
  function wrapper(this: Target, ...args: never[]): void {
    const event = makeEvent(this, ...args) as never;
    if (typeof listener === 'function') listener.call(this, event);
    else listener.handleEvent(event);
  }
  return Object.assign(wrapper, { [LISTENER]: listener, [IS_ATTRIBUTE]: isAttribute });
}

/** Adds a listener of the EventTarget side, once. Types that `WebSocketEventMap` does not have are passed over. */
export function addListener(
  target: Target,
  type: string,
  listener: EventListener<never>,
  { once = false }: { readonly once?: boolean | undefined } = {},
): void {
  if (!isType(type) || wrappersOf(target, type, false).some((each) => each[LISTENER] === listener)) return;
  const wrapper = wrap(type, listener, false);
  if (once) target.once(type, wrapper);
  else target.on(type, wrapper);
}

export function removeListener(target: Target, type: string, listener: unknown): void {
  const wrapper = wrappersOf(target, type, false).find((each) => each[LISTENER] === listener);
  if (wrapper !== undefined) target.removeListener(type, wrapper);
}

/** The function that is the attribute `on` and the type, or `null`, as the DOM has it. */
export function attributeOf<T extends EventType>(
  target: Target,
  type: T,
): ((event: WebSocketEventMap[T]) => void) | null {
  const [wrapper] = wrappersOf(target, type, true);
  return wrapper === undefined ? null : (wrapper[LISTENER] as (event: WebSocketEventMap[T]) => void);
}

export function setAttribute(target: Target, type: EventType, listener: unknown): void {
  for (const wrapper of wrappersOf(target, type, true)) target.removeListener(type, wrapper);
  if (typeof listener === 'function') target.on(type, wrap(type, listener as (event: never) => void, true));
}
