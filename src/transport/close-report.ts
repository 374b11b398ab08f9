import type { HttpResponse } from './http-response.js';
import type { Timeline } from './timeline.js';

/** The code and reason of one Close frame (RFC 6455 section 5.5.1). A Close without payload has code 1005. */
export interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

/** Who began the ending: this side, the peer, or the network between them. */
export type StartedBy = 'local' | 'peer' | 'network';

/** The state of the connection when its ending began. */
export type Phase = 'connecting' | 'open';

/**
 * What began the ending of a connection. What cut the ending short later is `endedBy`. The union is closed: every value
 * is reachable and documented.
 */
export type CloseTrigger =
  /** The user called `close`. */
  | 'close-called'
  /** The handler returned. */
  | 'handler-returned'
  /** The handler threw or rejected. */
  | 'handler-threw'
  /** The peer sent its Close first. */
  | 'peer-closed'
  /** The server answered our opening handshake with an HTTP status other than 101. */
  | 'refused'
  /** The proxy on the way did not connect to the server. With an HTTP proxy, `httpStatus` is its answer. */
  | 'proxy-refused'
  /** The opening handshake failed: name lookup, route, TCP, TLS, or a malformed answer. */
  | 'dial-failed'
  /**
   * The dial was called off before it succeeded: by `close` or `terminate`, or as the connection that it was to replace
   * has come to an end which decides what its dialer does.
   */
  | 'called-off'
  /** The opening handshake did not end within `openWithinMs`. */
  | 'open-deadline'
  /** The dialer's handler did not call `ready` within `readyWithinMs`: 3008 was sent. */
  | 'ready-deadline'
  /** The peer answered nothing within `answerWithinMs` of a ping. */
  | 'liveness-lost'
  /** No data frame, in or out, for `idleWithinMs`. */
  | 'idle'
  /** No data frame of the peer for `quietWithinMs`. */
  | 'quiet'
  /** The credential given at the opening handshake expired and was not renewed. */
  | 'expired'
  /** More than `maxBufferedBytes` were waiting for a peer that does not read. */
  | 'slow-peer'
  /** A message did not come completely within `frameWithinMs`. */
  | 'frame-deadline'
  /** The peer sent more than `maxMessagesPerSecond` or `maxBytesPerSecond` for longer than `throttledWithinMs`. */
  | 'too-fast'
  /** All connections together held more than `maxTotalBufferedBytes`, and this one held the most. */
  | 'memory'
  /** The handler left received frames unread for longer than `pausedWithinMs`. */
  | 'slow-handler'
  /** The peer broke the protocol (RFC 6455 section 7.1.7): 1002 or 1007 was sent. */
  | 'protocol-error'
  /** The peer sent a message larger than `maxPayloadBytes`: 1009 was sent. */
  | 'too-big'
  /** The peer sent a message in more fragments than `maxFragments`: 1008 was sent. */
  | 'limit'
  /** TCP failed, a reset for example: see `cause`. */
  | 'socket-error'
  /** TCP was ended by the peer without a Close frame. */
  | 'socket-ended'
  /** The user called `terminate`. */
  | 'terminated'
  /** A drain closed it. */
  | 'drained'
  /** Its supervisor, listener or dialer stopped. */
  | 'supervisor-stopped';

/**
 * What cut short a closing handshake that this side had begun, before the peer's Close arrived: its own deadline, or
 * something that ends an open connection as well and means the same there. The union is closed, as `CloseTrigger` is.
 */
export type EndedBy =
  /** The peer's Close did not arrive within `closeWithinMs`. */
  | 'close-deadline'
  | Extract<
      CloseTrigger,
      | 'liveness-lost'
      | 'protocol-error'
      | 'too-big'
      | 'limit'
      | 'socket-error'
      | 'socket-ended'
      | 'terminated'
      | 'drained'
      | 'supervisor-stopped'
    >;

/** A number of messages. */
export interface Unconfirmed {
  /** Data messages. */
  readonly frames: number;
  /** Their payload, in bytes. */
  readonly bytes: number;
}

/**
 * How one connection ended. Each connection has exactly one report, even if its dial never succeeded.
 *
 * It is a value, not an error: `connection.closed` resolves with it and never rejects.
 */
export interface CloseReport {
  /**
   * `closed` when the peer's Close came, which completes the closing handshake unless TCP fails before ours is out (see
   * `wasClean`), or when a dial was called off; `failed` in every other case.
   */
  readonly outcome: 'closed' | 'failed';
  /**
   * The code of the Close frame that *began* the ending: this side's if `startedBy` is `local`, the peer's if it is
   * `peer`; 1005 if that frame had no payload, 1006 if there was no frame. The connection's close code in the sense of
   * RFC 6455 section 7.1.5 is `received?.code ?? 1006`.
   */
  readonly code: number;
  /** The reason in that Close frame; empty if there was none. */
  readonly reason: string;
  /** The Close frame this side sent; absent if it still waited when the socket failed or was dropped. */
  readonly sent?: CloseFrame;
  /** The Close frame the peer sent; it may differ from `sent` (RFC 6455 section 7.1.5). */
  readonly received?: CloseFrame;
  /** Whether both Close frames crossed (RFC 6455 section 7.1.4). */
  readonly wasClean: boolean;
  readonly startedBy: StartedBy;
  readonly phase: Phase;
  readonly trigger: CloseTrigger;
  /**
   * What cut short the closing handshake that `trigger` began; absent if nothing did. `code`, `reason`, `startedBy`,
   * `phase`, and `trigger` are about the beginning of the ending, whatever this says.
   */
  readonly endedBy?: EndedBy;
  /** HTTP status of a refused opening handshake: the server's, or with trigger `proxy-refused` the proxy's. */
  readonly httpStatus?: number;
  /**
   * The rest of that response: its header fields, and the first 4 KiB of its body. The property is not enumerable, so
   * logs, `JSON.stringify`, and copies of the report do not have it.
   */
  readonly httpResponse?: HttpResponse;
  /** Delay in ms that the peer advised: `Retry-After` of a refusal, or `retry-after-ms=` in a 1012 or 1013 reason. */
  readonly retryAfterMs?: number;
  /**
   * The first error behind the ending, with its own causes, and with `errno` and `syscall` if the system gave them.
   */
  readonly cause?: Error;
  /**
   * What the handler threw, unchanged, even if something else had begun the ending before. `JSON.stringify` of a report
   * writes `cause` and `handlerError` with name, message, code, and their causes.
   */
  readonly handlerError?: unknown;
  /**
   * Messages taken from the caller that the peer is not known to have read: an upper bound of what it missed. A
   * complete closing handshake confirms all messages that were sent. Without it, only messages sent before a Ping whose
   * Pong has come are confirmed. That the kernel took a message does not confirm it: the peer may have read nothing.
   */
  readonly unconfirmed: Unconfirmed;
  /** Unconfirmed messages that the kernel is not known to have taken; absent if there are none. */
  readonly unwritten?: Unconfirmed;
  /** Unwritten messages that were certainly not sent; absent if there are none. */
  readonly discarded?: Unconfirmed;
  /**
   * How long, in ms, this process's own event loop was stalled while the connection lived, measured by late timers.
   * Stalls of up to 50 ms do not count, and a stall between two timers, which are up to a second apart, is missed.
   */
  readonly localStallMs: number;
  /** When bytes last came from the peer, Unix ms. */
  readonly lastHeardAt?: number;
  readonly connectionId: string;
  /** The listener or dialer it belonged to. */
  readonly childId?: string;
  /** Which of its dialer's connections it was, from 1; absent on accepted ones. */
  readonly epoch?: number;
  readonly role: 'accepted' | 'dialed';
  readonly remoteAddress?: string;
  /**
   * When it opened, Unix ms, counted back from `endedAt`, so that the difference is how long it was open even if the
   * system's clock was set meanwhile. Absent if it never opened.
   */
  readonly openedAt?: number;
  /** When its socket was gone, Unix ms. */
  readonly endedAt: number;
  /** Data messages and their payload bytes, received and taken for sending. */
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /**
   * How it came to this end, step by step, redacted by default; present where a recorder keeps it, see
   * `createRecorder` of `wirekeeper/inspect`. It is made at each reading, and `undefined` when the recorder has
   * dropped it, so copy it to keep it.
   */
  readonly timeline?: Timeline | undefined;
}
