import { EventEmitter } from 'node:events';

/** The arguments of the listeners of each event. */
type EventMap<Map> = { readonly [Event in keyof Map]: readonly unknown[] };

/** A listener of an event that is not in the map, as Node has it. */
export type AnyListener = Parameters<EventEmitter['on']>[1];

/** The members by which listeners come and go. */
type ListenerMember =
  | 'on'
  | 'once'
  | 'off'
  | 'addListener'
  | 'removeListener'
  | 'prependListener'
  | 'prependOnceListener'
  | 'removeAllListeners'
  | 'setMaxListeners';

/** An `EventEmitter` that knows the arguments of its listeners; others may be added, as on any `EventEmitter`. */
export interface TypedEmitter<Map extends EventMap<Map>> extends Omit<EventEmitter, ListenerMember> {
  on<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  on(event: string | symbol, listener: AnyListener): this;
  once<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  once(event: string | symbol, listener: AnyListener): this;
  off<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  off(event: string | symbol, listener: AnyListener): this;
  addListener<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  addListener(event: string | symbol, listener: AnyListener): this;
  removeListener<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  removeListener(event: string | symbol, listener: AnyListener): this;
  prependListener<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  prependListener(event: string | symbol, listener: AnyListener): this;
  prependOnceListener<E extends keyof Map>(event: E, listener: (this: this, ...args: Map[E]) => void): this;
  prependOnceListener(event: string | symbol, listener: AnyListener): this;
  removeAllListeners(event?: string | symbol): this;
  setMaxListeners(count: number): this;
}

/** Node's `EventEmitter`, typed as the base class of an emitter of these events. */
export function typedEmitter<Map extends EventMap<Map>>(): new () => TypedEmitter<Map> {
  return EventEmitter;
}
