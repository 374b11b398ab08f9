import type { Duplex } from 'node:stream';
import type { CloseReport, Connection } from '../../index.js';
import { type ClientOptions, dialSettings } from './dial-settings.js';
import { closeOf } from './endings.js';
import { EventSide } from './event-side.js';
import { CLOSED, CLOSING, CONNECTING, Life, OPEN, type ReadyState } from './life.js';
import { sizeOf, toControlPayload } from './message-data.js';
import type { SendCallback, SendOptions } from './outgoing.js';
import { sharedSupervisor } from './shared-supervisor.js';
import type { AnyListener } from './typed-emitter.js';

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'] as const;
const NOTHING = Buffer.alloc(0);

/** Is called when a Ping or Pong was sent, or with the error that says why not: typed as ws has it. */
type ControlCallback = (error: Error) => void;

/** Runs an accepted connection as a socket that was made for it; settles when the socket has ended. */
export let runAccepted: (
  socket: WebSocket,
  connection: Connection<unknown>,
  raw: Duplex,
  opened: () => void,
) => Promise<void>;

/**
 * A WebSocket with the members and events of that of ws, on a supervised connection. How it ended is in `report`, one
 * for each socket, also if it never opened.
 */
export class WebSocket extends EventSide implements AsyncDisposable {
  static readonly CONNECTING = CONNECTING;
  static readonly OPEN = OPEN;
  static readonly CLOSING = CLOSING;
  static readonly CLOSED = CLOSED;
  declare readonly CONNECTING: typeof CONNECTING;
  declare readonly OPEN: typeof OPEN;
  declare readonly CLOSING: typeof CLOSING;
  declare readonly CLOSED: typeof CLOSED;

  static {
    // In the bundle, main.ts has another WebSocket, and the class another name: what prints a socket shows this one.
    Object.defineProperty(WebSocket, 'name', { value: 'WebSocket' });
    for (const [value, name] of STATES.entries())
      Object.defineProperty(WebSocket.prototype, name, { enumerable: true, value });
    for (const name of ['on', 'prependListener'] as const) {
      const add: (event: string | symbol, listener: AnyListener) => unknown = EventSide.prototype[name];
      WebSocket.prototype[name] = function (this: WebSocket, event: string | symbol, listener: AnyListener) {
        add.call(this, event, listener);
        if (event === 'ping' || event === 'pong') this.#life.listenToControl();
        return this;
      };
    }
    WebSocket.prototype.addListener = WebSocket.prototype.on;
    runAccepted = (socket, connection, raw, opened) => {
      socket.#raw = raw;
      return socket.#life.run(connection, opened);
    };
  }

  readonly #life = new Life(this);
  #raw: Duplex | undefined;
  #url: string | undefined;
  #isPaused = false;
  /** Bytes that were to be sent when it was not open any more. */
  #lateBytes = 0;

  /**
   * Dials at once.
   *
   * @param address a `ws:`, `wss:`, `http:`, `https:`, or `ws+unix:` URL. `null` makes a socket that a server is about
   *   to take over.
   * @param protocols the subprotocols offered, or the options.
   * @throws {SyntaxError} for a URL or a subprotocol that cannot be dialed; {RangeError} for another `protocolVersion`;
   *   {TypeError} for an option of ws that cannot be honoured; {OptionError} for a wrong value of an option;
   *   {EndedError} when the supervisor does not run.
   */
  constructor(
    address: string | URL | null,
    protocols?: string | readonly string[] | ClientOptions,
    options?: ClientOptions,
  ) {
    super();
    if (address === null) return;
    const areOptions = typeof protocols === 'object' && protocols !== null && !Array.isArray(protocols);
    const given = (areOptions ? (protocols as ClientOptions) : options) ?? {};
    const { url, dial } = dialSettings(address, areOptions ? undefined : protocols, given);
    this.#url = url;
    this.#life.dial(given.supervisor ?? sharedSupervisor(), dial);
  }

  get readyState(): ReadyState {
    return this.#life.readyState;
  }

  /** The supervised connection beneath; `undefined` before it is open. */
  get connection(): Connection<unknown> | undefined {
    return this.#life.connection;
  }

  /** The close report; `undefined` until the socket has ended. Listeners of 'error' and 'close' find it here. */
  get report(): CloseReport | undefined {
    return this.#life.report;
  }

  get wasClean(): boolean {
    return this.report?.wasClean === true;
  }

  /** Node's socket beneath an accepted one, where libraries look for the peer's address. Do not read or write it. */
  get _socket(): Duplex | undefined {
    return this.#raw;
  }

  /** The URL dialed, after redirects the last one; `undefined` on accepted sockets, as with ws. */
  get url(): string {
    return this.connection?.url ?? (this.#url as string);
  }

  get protocol(): string {
    return this.connection?.protocol ?? '';
  }

  get extensions(): string {
    return this.connection?.extensions ?? '';
  }

  /** The bytes that wait to be handed to the kernel, and those that were to be sent when it was not open any more. */
  get bufferedAmount(): number {
    return (this.connection?.bufferedBytes ?? 0) + (this.#life.outgoing?.waitingBytes ?? 0) + this.#lateBytes;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Stops emitting messages. A socket that stays paused for `limits.pausedWithinMs`, a minute, is closed with 1011. */
  pause(): void {
    if (this.readyState === CONNECTING || this.readyState === CLOSED) return;
    this.#isPaused = true;
    this.connection?.pause();
  }

  resume(): void {
    if (this.readyState === CONNECTING || this.readyState === CLOSED) return;
    this.#isPaused = false;
    this.connection?.resume();
  }

  /**
   * Sends a message: texts as text, everything else as binary unless `binary` says otherwise.
   *
   * @param done called when the kernel has the message, or with the error that says why not.
   * @throws {Error} before the socket is open; {TypeError} for what cannot be sent.
   */
  send(data: unknown, done?: SendCallback): void;
  send(data: unknown, options: SendOptions, done?: SendCallback): void;
  send(given: unknown, options?: SendOptions | SendCallback | null, last?: SendCallback): void {
    const [settings, done] = typeof options === 'function' ? [{}, options] : [options ?? {}, last];
    const data = typeof given === 'string' ? given : typeof given === 'number' ? String(given) : given || NOTHING;
    if (this.#takes(data, done)) this.#life.outgoing?.send(data, settings, done);
  }

  /** Sends a Ping. @throws {Error} before the socket is open; {RangeError} for more than 125 bytes. */
  ping(data?: unknown, mask?: boolean | ControlCallback, done?: ControlCallback): void {
    this.#sendControl(data, mask, done, (connection, payload) => {
      // Who waits for the Pong listens to 'pong', and to 'close'.
      connection.ping({ payload }).catch(() => {});
    });
  }

  /** Sends a Pong that answers no Ping. @throws {Error} before the socket is open; {RangeError} beyond 125 bytes. */
  pong(data?: unknown, mask?: boolean | ControlCallback, done?: ControlCallback): void {
    this.#sendControl(data, mask, done, (connection, payload) => connection.pong(payload));
  }

  /**
   * Starts the closing handshake; before the socket is open, gives it up, which is an 'error'.
   *
   * @param code default: none, an empty Close.
   * @param reason at most 123 bytes.
   * @throws {TypeError} for a code that may not be sent, and for a reason that is neither text nor bytes; {RangeError}
   *   for a reason that is too long. The socket is as it was.
   */
  close(code?: number, reason?: string | Uint8Array): void {
    const { connection, outgoing } = this.#life;
    if (this.readyState === CONNECTING) this.#life.callOff();
    if (this.readyState !== OPEN || connection === undefined) return;
    const close = closeOf(code, reason, connection.role);
    this.#life.closing();
    outgoing?.inTurn(() => connection.close(close.code, close.reason));
  }

  /** Drops TCP at once; before the socket is open, gives it up, which is an 'error'. */
  terminate(): void {
    if (this.readyState === CLOSED) return;
    if (this.readyState === CONNECTING) {
      this.#life.callOff();
      return;
    }
    this.#life.closing();
    this.connection?.terminate();
  }

  /** Closes it, and resolves when it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.readyState === CLOSED) return;
    const ended = new Promise<void>((resolve) => this.once('close', () => resolve()));
    if (this.readyState === CONNECTING) this.once('error', () => {});
    this.close();
    await ended;
  }

  /** Whether data may be sent. If not, what there is to be sent is counted, and its callback gets an error. */
  #takes(data: unknown, done: SendCallback | undefined): boolean {
    const { readyState } = this;
    if (readyState === OPEN) return true;
    const error = new Error(`WebSocket is not open: readyState ${readyState} (${STATES[readyState]})`);
    if (readyState === CONNECTING) throw error;
    this.#lateBytes += sizeOf(data);
    if (done !== undefined) process.nextTick(done, error);
    return false;
  }

  #sendControl(
    given: unknown,
    mask: boolean | ControlCallback | undefined,
    last: ControlCallback | undefined,
    send: (connection: Connection<unknown>, payload: Buffer) => void,
  ): void {
    const done = [given, mask, last].find((each): each is SendCallback => typeof each === 'function');
    const data = typeof given === 'number' ? String(given) : typeof given === 'function' ? NOTHING : given || NOTHING;
    if (!this.#takes(data, done)) return;
    const { connection, outgoing } = this.#life;
    outgoing?.control(toControlPayload(data), done, (bytes) => {
      if (connection !== undefined) send(connection, bytes);
      if (done !== undefined) process.nextTick(done);
    });
  }
}
