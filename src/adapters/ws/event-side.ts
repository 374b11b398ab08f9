import type { Connection } from '../../index.js';
import type { UnexpectedResponse } from './endings.js';
import type { EventListener, WebSocketEventMap } from './events.js';
import { addListener, attributeOf, removeListener, setAttribute, type Target } from './listeners.js';
import { BINARY_TYPES, type BinaryType, type RawData } from './message-data.js';
import { typedEmitter } from './typed-emitter.js';

/** The server's 101, as listeners of 'upgrade' get it. */
export interface UpgradeResponse {
  readonly statusCode: 101;
  readonly headers: NonNullable<Connection['response']>['headers'];
}

/** The events of a socket, with the arguments of their listeners. */
export interface WebSocketEvents {
  open: [];
  message: [data: RawData, isBinary: boolean];
  close: [code: number, reason: Buffer];
  error: [error: Error];
  ping: [data: Buffer];
  pong: [data: Buffer];
  upgrade: [response: UpgradeResponse];
  'unexpected-response': [request: undefined, response: UnexpectedResponse];
}

type Attribute<T extends keyof WebSocketEventMap> = ((event: WebSocketEventMap[T]) => void) | null;

/**
 * The two sides on which a socket of ws has its events: those of Node's `EventEmitter`, and those of the DOM's
 * `EventTarget`, with `binaryType`, which says what binary messages are on both.
 */
export abstract class EventSide extends typedEmitter<WebSocketEvents>() {
  #binaryType: BinaryType | 'blob' = 'nodebuffer';

  abstract readonly readyState: number;
  /** Whether both Close frames crossed. */
  abstract readonly wasClean: boolean;

  /** What binary messages are handed out as. A value that ws does not know is passed over. Default `nodebuffer`. */
  get binaryType(): BinaryType {
    // The type of ws does not name `blob`, which its code knows.
    return this.#binaryType as BinaryType;
  }

  set binaryType(type: BinaryType | 'blob') {
    if (BINARY_TYPES.includes(type)) this.#binaryType = type;
  }

  addEventListener<T extends keyof WebSocketEventMap>(
    type: T,
    listener: EventListener<WebSocketEventMap[T]>,
    options?: { readonly once?: boolean | undefined },
  ): void {
    addListener(this.#target, type, listener, options);
  }

  removeEventListener<T extends keyof WebSocketEventMap>(type: T, listener: EventListener<WebSocketEventMap[T]>): void {
    removeListener(this.#target, type, listener);
  }

  get onopen(): Attribute<'open'> {
    return attributeOf(this.#target, 'open');
  }

  set onopen(listener: Attribute<'open'>) {
    setAttribute(this.#target, 'open', listener);
  }

  get onmessage(): Attribute<'message'> {
    return attributeOf(this.#target, 'message');
  }

  set onmessage(listener: Attribute<'message'>) {
    setAttribute(this.#target, 'message', listener);
  }

  get onclose(): Attribute<'close'> {
    return attributeOf(this.#target, 'close');
  }

  set onclose(listener: Attribute<'close'>) {
    setAttribute(this.#target, 'close', listener);
  }

  get onerror(): Attribute<'error'> {
    return attributeOf(this.#target, 'error');
  }

  set onerror(listener: Attribute<'error'>) {
    setAttribute(this.#target, 'error', listener);
  }

  get #target(): Target {
    return this as unknown as Target;
  }
}
