import type { Observable } from 'rxjs';
import type { CloseReport } from '../../transport/close-report.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import type { HandshakeRequest } from '../../transport/transport.js';
import type { Clock } from './clock.js';

/** Where a connection stands: the user's words for the states of the connection machine. */
export type ConnectionState = 'connecting' | 'open' | 'closing' | 'closed' | 'failed';

/**
 * What became of a message given to `send`.
 *
 * - `taken`: it will be written in this tick, or as soon as the peer reads.
 * - `backpressure`: taken as well, but more than `highWaterMark` bytes are waiting now; await `writable()`.
 * - `dropped`: not taken, more than `maxBufferedBytes` would be waiting (the slow-peer policy).
 * - `closed`: not taken, the connection is not open.
 */
export type SendResult = 'taken' | 'backpressure' | 'dropped' | 'closed';

/** How long a wait may last. */
export interface WaitOptions {
  /** Interrupts the wait: it rejects with the signal's reason, the connection lives on. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The wait's deadline in ms, from 0 on: it rejects with a `DeadlineError`, the connection lives on. Default: none.
   */
  readonly withinMs?: number | undefined;
}

/** The opening handshake of an accepted connection, without Node's `IncomingMessage`. */
export interface ConnectionRequest extends HandshakeRequest {
  /** The path, without query. */
  readonly path: string;
  /** The query's parameters. */
  readonly query: URLSearchParams;
  /** The segments that `*` stood for in the listener's path, in order. */
  readonly params: readonly string[];
  /** One header field by name in any case; several fields of one name are joined by `, `. */
  header(name: string): string | undefined;
  /** The token of `Authorization: Bearer`, or `undefined`. */
  bearerToken(): string | undefined;
  /** One cookie by name. */
  cookie(name: string): string | undefined;
}

/** The plain facts of a connection, for logs and dashboards. */
export interface ConnectionSnapshot {
  readonly id: string;
  readonly childId: string | undefined;
  readonly epoch: number | undefined;
  readonly role: 'accepted' | 'dialed';
  readonly state: ConnectionState;
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
  /** Unix ms. */
  readonly openedAt: number | undefined;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly bufferedBytes: number;
}

/**
 * One supervised WebSocket, from its opening handshake to its close report; never reused.
 *
 * Frames are consumed in one way only: by iterating the connection or `receive` (pull: the socket is paused while the
 * consumer is behind), by subscribing to `frames$` (push: no backpressure), or not at all (`discardFrames`). Frames
 * that arrive before the handler has chosen are held, in order.
 *
 * @typeParam Data what the listener's `authenticate` gave; `undefined` without one and on dialed connections.
 */
export interface Connection<Data = undefined> extends AsyncIterable<Frame>, AsyncDisposable {
  /** Unique in the process. */
  readonly id: string;
  /** The listener or dialer it belongs to. */
  readonly childId: string | undefined;
  /** Which of its dialer's connections it is, from 1; `undefined` on accepted ones. */
  readonly epoch: number | undefined;
  readonly state: ConnectionState;
  readonly role: 'accepted' | 'dialed';
  /** The negotiated subprotocol; empty if none. */
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
  /** The opening handshake's request; `undefined` on dialed connections. */
  readonly request: ConnectionRequest | undefined;
  readonly data: Data;
  /** Its supervisor's. What a handler waits for by it moves with a test's time. */
  readonly clock: Clock;
  /** Bytes taken and not yet handed to the kernel. */
  readonly bufferedBytes: number;

  /**
   * Frames as a hot stream: no backpressure, no replay beyond what came before the first subscription. Completes at the
   * end and never errors; why it ended is in `closed`. A throw of a subscriber, also later, and behind operators of its
   * own (`pipe`), closes the connection with 1011, like a throw of the handler; one with an `error` handler deals with
   * its operators' errors itself. What leaves the stream is RxJS's to report, as an uncaught exception: `merge` of
   * several, a Subject.
   */
  readonly frames$: Observable<Frame>;
  /** Says that this handler wants no frames: they are counted and dropped. */
  discardFrames(): void;
  /**
   * Waits for one frame; `undefined` at the end. A deadline or an abort rejects and the connection lives on, unlike
   * gorilla/websocket's read deadline, after which a connection is corrupt.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason when it aborts; {OptionError} for wrong
   * options. All by
   *   rejection.
   */
  receive(options?: WaitOptions): Promise<Frame | undefined>;
  /**
   * Iterates over frames; ends silently when the connection does. `break` only detaches. One consumer at a time.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame>;

  /**
   * Sends a message; never throws for the connection's state. Messages of one tick leave in one write.
   * The bytes must not be changed until they were written.
   *
   * @throws {OptionError} for data that is no string, bytes, or frame.
   */
  send(data: Sendable): SendResult;
  /**
   * Sends a message and waits until it was handed to the kernel (which does not mean that the peer has it).
   *
   * @throws {NotSentError} with its `fate`; {DeadlineError} when `withinMs` has passed (the message is still on its
   * way).
   */
  sendAndWait(data: Sendable, options?: WaitOptions): Promise<void>;
  /**
   * Resolves when fewer than `highWaterMark` bytes are waiting, or the connection takes none any more.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason when it aborts; {OptionError} for wrong
   * options. All by rejection.
   */
  writable(options?: WaitOptions): Promise<void>;

  /**
   * Starts the closing handshake (RFC 6455 section 7.1.2): sends what was taken, then a Close frame; frames of the peer
   * are delivered until its Close comes or `closeWithinMs` has passed. A second call changes nothing.
   *
   * @param code 1000 to 1003, 1007 to 1014 (1010 on dialed connections only), or 3000 to 4999. Default 1000.
   * @param reason at most 123 bytes of UTF-8. Default empty.
   * @throws {CloseFrameError} a `RangeError`; nothing was sent, the connection is as it was.
   */
  close(code?: number, reason?: string): void;
  /** Drops TCP at once, without a closing handshake. */
  terminate(): void;
  /** How it ended. Never rejects. */
  readonly closed: Promise<CloseReport>;
  /** The report, once there is one. */
  readonly report: CloseReport | undefined;

  /**
   * Aborts when the connection is over for its handler: at once on loss, `terminate` and a local close; after a peer's
   * Close as soon as the frames before it were consumed, so that work on a message already received is not cut off.
   */
  readonly signal: AbortSignal;
  /** Aborts when a drain asks handlers to finish. */
  readonly drainSignal: AbortSignal;
  /**
   * Moves the end of the credential.
   *
   * @param expiresAt Unix ms or a valid Date. At that time of day the connection is closed with 3000; within half a
   * minute of it where this machine sleeps through it, or its clock is set.
   * @throws {OptionError} for anything else, and for a time before 2001: it was given in seconds.
   */
  renew(expiresAt: number | Date): void;
  toJSON(): ConnectionSnapshot;
}

/** A connection that a listener has accepted: the request of its opening handshake is always there. */
export interface AcceptedConnection<Data = undefined> extends Connection<Data> {
  readonly role: 'accepted';
  readonly request: ConnectionRequest;
}

/** What a handler may return: nothing (1000), the report of the connection it awaited, or a code of its own. */
export type HandlerResult = void | CloseReport | { readonly code: number; readonly reason?: string };

/**
 * The user's logic for one connection. When it returns the connection closes with 1000 or the code returned; when it
 * throws it closes with 1011 and the error is the report's cause. Push-style handlers end with `return
 * connection.closed`.
 *
 * @typeParam Data what the listener's `authenticate` gave.
 * @typeParam C the connection: a handler of a listener gets an `AcceptedConnection`.
 */
export type Handler<Data = undefined, C extends Connection<Data> = Connection<Data>> = (
  connection: C,
) => HandlerResult | Promise<HandlerResult>;
