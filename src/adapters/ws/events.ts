import type { RawData } from './message-data.js';

/** What an event is fired at. */
export interface EventOwner {
  readonly readyState: number;
}

/** The events of ws: just what its users read of them, without bubbling and default actions. */
export class Event {
  readonly type: string;
  readonly target: EventOwner;

  constructor(type: string, target: EventOwner) {
    this.type = type;
    this.target = target;
  }
}

/** A message, as listeners of the EventTarget side get it. */
export class MessageEvent extends Event {
  /** A text as a string, a binary message as `binaryType` says. */
  readonly data: string | RawData;

  constructor(data: string | RawData, target: EventOwner) {
    super('message', target);
    this.data = data;
  }
}

/** The end of a socket, as listeners of the EventTarget side get it. */
export class CloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;

  constructor(init: Pick<CloseEvent, 'code' | 'reason' | 'wasClean'>, target: EventOwner) {
    super('close', target);
    this.code = init.code;
    this.reason = init.reason;
    this.wasClean = init.wasClean;
  }
}

/** An error, as listeners of the EventTarget side get it. */
export class ErrorEvent extends Event {
  readonly error: Error;
  readonly message: string;

  constructor(error: Error, target: EventOwner) {
    super('error', target);
    this.error = error;
    this.message = error.message;
  }
}

/** The events that `addEventListener` knows, by name. */
export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  close: CloseEvent;
  error: ErrorEvent;
}

/** A listener of `addEventListener`: a function, or an object with `handleEvent`. */
export type EventListener<E> = ((event: E) => void) | { handleEvent(event: E): void };
