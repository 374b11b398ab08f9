import type { Connection } from '../../supervisor/api/connection.js';
import { isReceivableCloseCode } from '../../transport/close-code.js';
import type { CloseReport } from '../../transport/close-report.js';
import { EndedError } from '../../transport/errors.js';
import { AdoptedLink, Adoption } from './adopted-link.js';
import { closeFrame, isClientCode } from './close-frame.js';
import { ContainedListeners } from './contained-listeners.js';
import { toPayload, toText } from './conversions.js';
import { DIALING, DialedLink, Dialing } from './dialed-link.js';
import { dialedPlace } from './dialed-place.js';
import { EventHandlers } from './event-handlers.js';
import { trusted, type WebSocketEventMap } from './events.js';
import { type BinaryType, READY_STATE, type ReadyState, SocketLife } from './socket-life.js';
import { asInterface, checkArguments } from './web-idl.js';
import type { WebSocketInit } from './web-socket-init.js';

/** A listener of one kind of event. */
type ListenerOf<Type extends keyof WebSocketEventMap> = (this: WebSocket, event: WebSocketEventMap[Type]) => unknown;

/** The events of the attributes: that of `onerror` is no `ErrorEvent` in the types of the DOM. */
type AttributeEvents = Omit<WebSocketEventMap, 'error'> & { readonly error: Event };

/**
 * A handler of one kind of event, in an attribute such as `onopen`. It is the type of a method, without `this`, which
 * takes a handler of an `ErrorEvent` as well: so sockets can be assigned to the types of Node and of the DOM.
 */
type HandlerOf<Type extends keyof AttributeEvents> = { on(event: AttributeEvents[Type]): unknown }['on'] | null;

/** What the runtime's own types say; the names in them are not the same for Node and for the DOM. */
type AnyListener = Parameters<EventTarget['addEventListener']>[1];
type ListenOptions = Parameters<EventTarget['addEventListener']>[2];
type UnlistenOptions = Parameters<EventTarget['removeEventListener']>[2];

/**
 * The `WebSocket` of the WHATWG (https://websockets.spec.whatwg.org/), for programs on Node.js: each socket is one
 * supervised connection, with its report. Give it to libraries that take a class, or set it as `globalThis.WebSocket`.
 *
 * - The limits and Pings of a dialer hold, with their defaults: 1 MiB is the largest message that is received, and 4
 *   MiB may wait to be sent. `createWebSocketClass` makes a class with others, with header fields, TLS, or a proxy.
 * - A listener that throws, at once or later, ends its socket as the error of a handler ends a connection: the socket
 *   closes with 1011, and the report has the error. Node would end the process.
 * - Each message is a task of its own, as in browsers: promises settle between two of them.
 *
 * All sockets of a class have one supervisor; an open socket keeps the process alive.
 */
export class WebSocket extends EventTarget {
  static {
    asInterface(this, 'WebSocket', READY_STATE);
  }

  /** How the sockets of this class dial. */
  static readonly [DIALING]: Dialing = new Dialing();

  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  readonly #url: string;
  readonly #life: SocketLife;
  readonly #listeners = new ContainedListeners(this, (error) => this.#life.threw(error));
  readonly #handlers = new EventHandlers(this);
  readonly #mayCloseWith: (code: number) => boolean;

  /**
   * Dials at once. Failures are events: `error`, then `close`.
   *
   * @param url `ws:` or `wss:`; `http:` and `https:` are read as these. Relative to `globalThis.location` if there is
   *   one.
   * @param protocols subprotocols offered, by preference; or settings of this socket. Default none.
   * @throws {DOMException} a `SyntaxError` for a URL that is not valid or has another scheme or a fragment, and for
   *   subprotocols that are no tokens or given twice; {OptionError} for a wrong option of the class, and for header
   *   fields that are not allowed.
   */
  constructor(url: string | URL, protocols: string | readonly string[] | WebSocketInit = []) {
    super();
    this.#life = new SocketLife((event) => super.dispatchEvent(trusted(event)));
    if ((url as unknown) instanceof Adoption) {
      const { connection } = url as unknown as Adoption;
      this.#url = connection.url ?? '';
      this.#mayCloseWith = connection.role === 'accepted' ? isServerCode : isClientCode;
      this.#life.adopt(connection);
      this.#life.standOn(new AdoptedLink(connection, this.#life));
      return;
    }
    // biome-ignore lint/complexity/noArguments: their number counts, and not whether they are undefined
    checkArguments(arguments, 'WebSocket');
    const place = dialedPlace(url, protocols);
    this.#url = place.url.href;
    this.#life.origin = place.url.origin;
    this.#mayCloseWith = isClientCode;
    try {
      this.#life.standOn(new DialedLink(place, new.target[DIALING], this.#life));
    } catch (error) {
      if (!(error instanceof EndedError)) throw error;
      // The supervisor has ended: to its user, that is a server which cannot be had.
      queueMicrotask(() => this.#life.ended(undefined, error));
    }
  }

  /** The URL that was dialed, serialised; empty for a connection that was accepted. */
  get url(): string {
    return this.#url;
  }
  get readyState(): ReadyState {
    return this.#life.readyState;
  }
  /**
   * How many bytes of payload were given to `send` and have not been handed to the kernel. What is sent after the end
   * adds to it.
   */
  get bufferedAmount(): number {
    return this.#life.bufferedAmount;
  }
  /** The extensions that are in use: `permessage-deflate` or none. */
  get extensions(): string {
    return this.#life.connection?.extensions ?? '';
  }
  /** The subprotocol that the server has chosen; empty if there is none. */
  get protocol(): string {
    return this.#life.connection?.protocol ?? '';
  }
  /** The connection that is open, or was the last one; `undefined` before. Not in the specification. */
  get connection(): Connection<unknown> | undefined {
    return this.#life.connection;
  }
  /**
   * How the socket ended, or with `retry` its last connection; `undefined` before. Not in the specification.
   */
  get report(): CloseReport | undefined {
    return this.#life.report;
  }

  /** Whether binary messages are given as `Blob` or as `ArrayBuffer`; other values are ignored. Default `blob`. */
  get binaryType(): BinaryType {
    return this.#life.binaryType;
  }
  set binaryType(type: BinaryType) {
    const text: string = toText(type);
    if (text === 'blob' || text === 'arraybuffer') this.#life.binaryType = text;
  }

  get onopen(): HandlerOf<'open'> {
    return this.#handlers.get('open') as HandlerOf<'open'>;
  }
  set onopen(handler: HandlerOf<'open'>) {
    this.#handlers.set('open', handler);
  }
  get onmessage(): HandlerOf<'message'> {
    return this.#handlers.get('message') as HandlerOf<'message'>;
  }
  set onmessage(handler: HandlerOf<'message'>) {
    this.#handlers.set('message', handler);
  }
  get onerror(): HandlerOf<'error'> {
    return this.#handlers.get('error') as HandlerOf<'error'>;
  }
  set onerror(handler: HandlerOf<'error'>) {
    this.#handlers.set('error', handler);
  }
  get onclose(): HandlerOf<'close'> {
    return this.#handlers.get('close') as HandlerOf<'close'>;
  }
  set onclose(handler: HandlerOf<'close'>) {
    this.#handlers.set('close', handler);
  }

  /**
   * Sends a message: a text, or bytes, which are copied. A Blob is read first, and what is sent after it waits for it.
   * When the socket is closing or closed, nothing is sent.
   *
   * @throws {DOMException} an `InvalidStateError` while the socket is connecting.
   */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    // biome-ignore lint/complexity/noArguments: their number counts, and not whether they are undefined
    checkArguments(arguments, 'send');
    const payload = toPayload(data);
    if (this.readyState === READY_STATE.CONNECTING)
      throw new DOMException('send: the socket is still connecting.', 'InvalidStateError');
    this.#life.send(payload);
  }

  /**
   * Starts the closing handshake, behind what was sent before. A socket that is connecting fails: `error`, then
   * `close` with 1006.
   *
   * `code` is 1000 or 3000 to 4999; for a connection that was accepted also one of the others that a server may send.
   * Default: none, which is 1005 for the peer. `reason` has at most 123 bytes of UTF-8. Default: empty.
   *
   * @throws {DOMException} an `InvalidAccessError` for another code, a `SyntaxError` for a longer reason.
   */
  close(...[code, reason]: [code?: number, reason?: string]): void {
    // The rest parameter gives the method the length 0, as the interface has it.
    this.#life.close(closeFrame(code, reason, this.#mayCloseWith));
  }

  override addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: ListenerOf<Type>,
    options?: ListenOptions,
  ): void;
  override addEventListener(type: string, listener: AnyListener, options?: ListenOptions): void;
  override addEventListener(type: string, listener: unknown, options?: ListenOptions): void {
    super.addEventListener(type, this.#listeners.wrap(listener) as AnyListener, options);
    if (type === 'message' && typeof listener !== 'undefined' && listener !== null) this.#life.read();
  }

  override removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: ListenerOf<Type>,
    options?: UnlistenOptions,
  ): void;
  override removeEventListener(type: string, listener: AnyListener, options?: UnlistenOptions): void;
  override removeEventListener(type: string, listener: unknown, options?: UnlistenOptions): void {
    super.removeEventListener(type, this.#listeners.wrap(listener) as AnyListener, options);
  }
}

/** The codes that a server may send (RFC 6455 section 7.4). */
function isServerCode(code: number): boolean {
  return isReceivableCloseCode(code) && code !== 1010;
}
