import type { Observable } from 'rxjs';
import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import type { ControlFrame, Frame, Sendable } from '../../transport/frame.js';
import type { HandshakeResponse } from '../../transport/http-response.js';
import type { Clock } from './clock.js';
import type { ConnectionRequest } from './connection-request.js';
import type { PathParams } from './path-params.js';
import type { PingOptions, WaitOptions } from './wait-options.js';

/** The state of a connection, as in the diagram of the connection machine without its inner states. */
export type ConnectionState = 'connecting' | 'open' | 'closing' | 'closed' | 'failed';

/**
 * What `send` did with a message.
 *
 * - `taken`: the message will be written in this tick, or as soon as the peer reads.
 * - `backpressure`: the message was taken, but more than `highWaterMark` bytes wait now; await `writable()`.
 * - `dropped`: the message was not taken, because more than `maxBufferedBytes` would wait (the slow-peer policy).
 * - `closed`: the message was not taken, because the connection is not open.
 */
export type SendResult = 'taken' | 'backpressure' | 'dropped' | 'closed';

/** The plain facts of a connection, for logs and dashboards: what `toJSON` returns. */
export interface ConnectionSnapshot {
  readonly id: string;
  readonly childId: string | undefined;
  readonly epoch: number | undefined;
  readonly role: 'accepted' | 'dialed';
  readonly state: ConnectionState;
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
  /** When it opened, Unix ms; `undefined` before that. */
  readonly openedAt: number | undefined;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly bufferedBytes: number;
}

/**
 * One supervised WebSocket, from its opening handshake to its close report. It is never reused.
 *
 * A frame is one whole message, text or binary. A handler consumes frames in one of three ways: it pulls them, by
 * iteration or `receive` (the socket is paused while the handler is behind); it subscribes to `frames$` (without
 * backpressure); or it drops them (`discardFrames`). Frames that arrive before it has chosen are held, in order.
 *
 * @typeParam Data what the listener's `authenticate` returned as `data`; `undefined` without one, and on dialed
 * connections.
 */
export interface Connection<Data = undefined> extends AsyncIterable<Frame>, AsyncDisposable {
  /** An id that is unique in the process. */
  readonly id: string;
  /** The id of the listener or dialer it belongs to. */
  readonly childId: string | undefined;
  /** The number of the connection among those of its dialer, from 1; `undefined` on accepted connections. */
  readonly epoch: number | undefined;
  readonly state: ConnectionState;
  readonly role: 'accepted' | 'dialed';
  /**
   * The URL that was dialed, after redirects the last one; `undefined` before it is known, and on accepted connections:
   * what those asked for is `request.url`. It is not printed: its query and user may be credentials.
   */
  readonly url: string | undefined;
  /** The negotiated subprotocol; empty if there is none. */
  readonly protocol: string;
  /** The names of the negotiated extensions: `permessage-deflate`, or empty. */
  readonly extensions: string;
  /** The peer's address; behind proxies the client's, if the listener knows them: see `trustProxy`. */
  readonly remoteAddress: string | undefined;
  /** Who the client is, as `authenticate` has granted it; `undefined` if it has not, and on dialed connections. */
  readonly identity: string | undefined;
  /** The opening handshake's request; `undefined` on dialed connections. */
  readonly request: ConnectionRequest | undefined;
  /**
   * The answer to the opening handshake of a dialed connection, with its header fields; `undefined` before it is open,
   * and on accepted connections. It is not printed: cookies are credentials.
   */
  readonly response: HandshakeResponse | undefined;
  readonly data: Data;
  /** The supervisor's clock. A handler that waits by it follows the time of a test. */
  readonly clock: Clock;
  /** How many bytes were taken and not yet handed to the kernel, with their framing, Pings, and Pongs. */
  readonly bufferedBytes: number;
  /**
   * How many bytes of messages are among these, without framing and before compression, as `bufferedAmount` of W3C's
   * WebSocket counts them. 0 after the end.
   */
  readonly bufferedPayloadBytes: number;

  /**
   * Frames as a hot stream. The first subscriber gets the frames held so far; there is no other replay, and no
   * backpressure. The stream completes at the end and never errors; why the connection ended is in `closed`.
   *
   * If a subscriber throws, at once or later, or behind its own operators (`pipe`), the connection closes with 1011,
   * as if the handler had thrown. A subscriber with an `error` callback gets its operators' errors there instead.
   * Errors outside of the stream, of a `merge` of several or of a Subject, are reported by RxJS as uncaught exceptions.
   */
  readonly frames$: Observable<Frame>;
  /** Drops the frames held and all later ones; they are still counted. */
  discardFrames(): void;
  /**
   * Stops reading the socket until `resume`, so that the peer has to wait: backpressure for `frames$`, which has none
   * of its own. No frame comes out of `frames$` in between, not even one that was read before. Those who pull need no
   * `pause`: they get the frames that were read, and no more.
   *
   * While it is paused no Pong and no Close of the peer is seen, and liveness waits. After `pausedWithinMs` the
   * connection closes with 1011 and trigger `slow-handler`, as if the handler had left frames waiting. From the
   * beginning of a close on the socket is read again, so that the peer's Close is seen: the frames before that are kept
   * for `frames$`, up to a bound, until `resume`. A second call, and one on a connection that is not open yet or has
   * ended, does nothing.
   */
  pause(): void;
  /** Reads on after `pause`. Frames that were kept come out of `frames$` first, within this call. */
  resume(): void;
  /** Whether `pause` was called, and `resume` was not since. */
  readonly isPaused: boolean;
  /**
   * Waits for one frame, and resolves with `undefined` at the end. After a deadline or an abort the connection is as it
   * was and can be read on, unlike after the read deadline of gorilla/websocket.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason when it aborts; {OptionError} for wrong
   * options, and while frames are consumed elsewhere. All of these by rejection.
   */
  receive(options?: WaitOptions): Promise<Frame | undefined>;
  /**
   * Iterates over frames until the connection ends, which is no error. `break` only stops this iteration: the
   * connection stays open, and another consumer may follow. There can be one consumer at a time.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame>;

  /**
   * Sends a message. It does not throw when the connection is not open, but returns `closed`. Messages of one tick
   * leave in one write. Do not change the bytes before they are written.
   *
   * @throws {OptionError} for data that is neither a string nor bytes nor a frame.
   */
  send(data: Sendable): SendResult;
  /**
   * Sends a message and waits until the kernel has it, which does not mean that the peer has it.
   *
   * @throws {NotSentError} with the message's `fate`; {DeadlineError} when `withinMs` has passed, while the message is
   * still on its way; the signal's reason when it aborts; {OptionError} as `send`, and for wrong options. All of these
   * by rejection.
   */
  sendAndWait(data: Sendable, options?: WaitOptions): Promise<void>;
  /**
   * Waits until `highWaterMark` bytes or fewer wait for the peer, or the connection takes no more.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason when it aborts; {OptionError} for wrong
   * options. All by rejection.
   */
  writable(options?: WaitOptions): Promise<void>;

  /**
   * Says that a dialed connection is ready for use, after a login for example. Only for dialers with `ready: 'handler'`
   * does this change anything: their connection counts as up from now on. A second call, a call on a connection that is
   * not open, and one on an accepted connection do nothing.
   */
  ready(): void;
  /**
   * Sends a Ping (RFC 6455 section 5.5.2), and resolves with the round-trip time in ms when the peer has answered: with
   * a Pong that has the same payload, or with one to a later Ping, since a peer may answer only the latest (section
   * 5.5.3). A Pong with any other payload does not answer a Ping whose `payload` was chosen. Of Pings with equal
   * payloads the first is answered first. The Ping leaves after the messages sent before it. No answer is seen while
   * the socket is paused.
   *
   * @throws {EndedError} when the connection is not open, or ends first; {DeadlineError} when `withinMs` has passed;
   * the signal's reason when it aborts; {OptionError} for wrong options, and for a payload of more than 125 bytes. All
   * by rejection; the connection is as it was.
   */
  ping(options?: PingOptions): Promise<number>;
  /**
   * Sends a Pong that answers no Ping, as a sign of life (RFC 6455 section 5.5.3). The peer's Pings need none: they are
   * answered by the library.
   *
   * @param payload at most 125 bytes; a text is sent as UTF-8. Default: none.
   * @returns as `send`; one that is `dropped`, beyond `maxBufferedBytes`, closes no connection.
   * @throws {OptionError} for anything but a text or bytes, and for more than 125 bytes.
   */
  pong(payload?: string | Uint8Array): SendResult;
  /**
   * The peer's Pings and Pongs as a hot stream, as they come: frames before them may still wait for the handler. Pings
   * have been answered already. Pongs that answer Pings of `liveness` are among them. The stream completes at the end
   * and never errors; a subscriber that throws closes the connection with 1011. Without a subscriber it costs nothing.
   */
  readonly controlFrames$: Observable<ControlFrame>;
  /**
   * The round-trip time in ms of the latest Ping that was answered, one of `ping` or of `liveness`, also by message;
   * `undefined` before.
   * In whole ms, and 4,094 at most, on an accepted connection on which nothing was ever sent.
   */
  readonly latencyMs: number | undefined;

  /**
   * Starts the closing handshake (RFC 6455 section 7.1.2): sends the messages taken so far, then a Close frame. Frames
   * of the peer are delivered until its Close arrives or `closeWithinMs` has passed. A second call changes nothing.
   *
   * @param code 1000 to 1003, 1007 to 1014 (1010 on dialed connections only), or 3000 to 4999; or 1005, which sends a
   *   Close without code and reason, as a browser's `close()` does (section 7.1.5). Default 1000.
   * @param reason at most 123 bytes of UTF-8; none with 1005. Default empty.
   * @throws {CloseFrameError} a `RangeError`, for another code or reason; the connection is as it was.
   */
  close(code?: number, reason?: string): void;
  /** Drops TCP at once, without a closing handshake. What waits to be sent is lost. */
  terminate(): void;
  /**
   * Resolves with the peer's Close as soon as it has come, which may be seconds before the end of the socket: the state
   * is `closing` then. Resolves with `undefined` when the connection has ended without one. Never rejects.
   */
  readonly closeReceived: Promise<CloseFrame | undefined>;
  /**
   * Ends the connection as an error that its handler throws: with 1011, and the error in the report. For code that the
   * handler does not call, such as a listener of an emitter that stands on the connection. While the connection is
   * closing, the error is kept in the report; after the end it is the event `handler.finished`.
   */
  fail(error: unknown): void;
  /** Resolves with the report when the connection has ended. Never rejects. */
  readonly closed: Promise<CloseReport>;
  /** The report; `undefined` until the connection has ended. */
  readonly report: CloseReport | undefined;

  /**
   * Aborts when the connection is over for its handler: at once on loss, on `terminate`, and on a close of this side;
   * after the peer's Close as soon as the frames before it are consumed, so that work on a message already received is
   * not cut off.
   */
  readonly signal: AbortSignal;
  /** Aborts when a drain asks the handler to finish. */
  readonly drainSignal: AbortSignal;
  /**
   * Sets when the connection's credential expires, in place of the time set before. The connection is then closed with
   * 3000; if the machine sleeps at that time, or its clock is set, within half a minute after.
   *
   * @param expiresAt Unix ms or a valid Date.
   * @throws {OptionError} for anything else, and for a time before 2001, which was given in seconds.
   */
  renew(expiresAt: number | Date): void;
  toJSON(): ConnectionSnapshot;
}

/** A connection that a listener has accepted: the request of its opening handshake is always there. */
export interface AcceptedConnection<Data = undefined, Params extends PathParams = PathParams> extends Connection<Data> {
  readonly role: 'accepted';
  readonly request: ConnectionRequest<Params>;
}
