import type { CloseReport, Connection, Dialer, DialOptions, Frame, Supervisor } from '../../index.js';
import { errorOf, receivedClose, refusalOf } from './endings.js';
import type { EventSide } from './event-side.js';
import { asBinaryType } from './message-data.js';
import { Outgoing } from './outgoing.js';

/** The values of `readyState`. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSING = 2;
export const CLOSED = 3;
export type ReadyState = typeof CONNECTING | typeof OPEN | typeof CLOSING | typeof CLOSED;

const EARLY = 'WebSocket was closed before the connection was established';

/**
 * The life of a socket: runs its connection, and emits what happens to it in the order of ws. It is the connection's
 * handler, so what a listener throws ends this socket, with 1011, and nothing else.
 */
export class Life {
  readonly #socket: EventSide;
  #state: ReadyState = CONNECTING;
  #dialer: Dialer | undefined;
  /** Why this side gave up a dial. */
  #calledOff: Error | undefined;
  #isListening = false;
  #isListeningToControl = false;
  connection: Connection<unknown> | undefined;
  report: CloseReport | undefined;
  outgoing: Outgoing | undefined;

  constructor(socket: EventSide) {
    this.#socket = socket;
  }

  get readyState(): ReadyState {
    // The connection is the first to know that the peer's Close has come, or that it is lost.
    return this.#state === OPEN && this.connection?.state !== 'open' ? CLOSING : this.#state;
  }

  /** This side has begun to close the connection, or has dropped it. */
  closing(): void {
    this.#state = CLOSING;
  }

  dial(supervisor: Supervisor, options: Omit<DialOptions, 'handler'>): void {
    const dialer = supervisor.dial({ ...options, handler: (connection) => this.run(connection, () => {}) });
    this.#dialer = dialer;
    void dialer.ended.then(({ report }) => {
      if (this.connection === undefined) this.#neverOpened(report);
    });
  }

  /** Gives up a dial. That is an 'error' and a 'close', later. */
  callOff(): void {
    this.#state = CLOSING;
    this.#calledOff = new Error(EARLY);
    // First, or the dialer would send a Close.
    this.connection?.terminate();
    void this.#dialer?.stop();
  }

  /**
   * Runs an open connection, as its handler.
   *
   * @param opened called after 'open', before messages are read.
   * @returns a promise that settles when 'close' was emitted; it rejects with what a listener has thrown.
   */
  run(connection: Connection<unknown>, opened: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.connection = connection;
      this.outgoing = new Outgoing(connection, reject);
      void connection.closed.then((report) => {
        try {
          this.#ended(report);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      try {
        this.#open(connection, opened);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Emits Pings and Pongs from now on. They are not read before somebody listens to them. */
  listenToControl(): void {
    if (this.#isListeningToControl || this.connection === undefined) return;
    this.#isListeningToControl = true;
    this.connection.controlFrames$.subscribe(({ type, payload }) => this.#socket.emit(type, payload));
  }

  #open(connection: Connection<unknown>, opened: () => void): void {
    const socket = this.#socket;
    const { response } = connection;
    if (response !== undefined && this.#state === CONNECTING)
      socket.emit('upgrade', { statusCode: 101, headers: response.headers });
    // Given up before, or by a listener of 'upgrade'.
    if (this.#state !== CONNECTING) {
      connection.terminate();
      return;
    }
    this.#state = OPEN;
    socket.emit('open');
    if (socket.listenerCount('ping') + socket.listenerCount('pong') > 0) this.listenToControl();
    opened();
    // What awaits 'open', or a promise that has settled, listens before the first message is emitted.
    queueMicrotask(() => process.nextTick(() => this.#listen()));
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const socket = this.#socket;
    this.connection?.frames$.subscribe(({ data, isBinary }: Frame) => {
      const isPlain = !isBinary || socket.binaryType === 'nodebuffer';
      socket.emit('message', isPlain ? data : asBinaryType(data, socket.binaryType), isBinary);
    });
  }

  #ended(report: CloseReport): void {
    this.report = report;
    // What came before the end is emitted before it.
    if (this.#calledOff === undefined) this.#listen();
    this.#finish(this.#calledOff ?? errorOf(report), report);
  }

  #neverOpened(report: CloseReport | undefined): void {
    this.report = report;
    const refusal = report === undefined || this.#calledOff !== undefined ? undefined : refusalOf(report);
    if (refusal !== undefined && this.#socket.emit('unexpected-response', undefined, refusal))
      this.#finish(undefined, {});
    else this.#finish(this.#calledOff ?? (report === undefined ? new Error(EARLY) : errorOf(report)), report ?? {});
  }

  #finish(error: Error | undefined, report: Partial<CloseReport>): void {
    this.#state = CLOSING;
    try {
      // An accepted socket without a listener costs nobody the process: its report has the error.
      const isHeard = this.connection?.role !== 'accepted' || this.#socket.listenerCount('error') > 0;
      if (error !== undefined && isHeard) this.#socket.emit('error', error);
    } finally {
      this.#state = CLOSED;
      const { code, reason } = receivedClose(report);
      this.#socket.emit('close', code, reason);
    }
  }
}
