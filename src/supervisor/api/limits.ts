import type { Frame, Sendable } from '../../transport/frame.js';

/** Bounds of one connection. A supervisor's are the defaults of its listeners' and dialers'. */
export interface ConnectionLimits {
  /** The largest message that is received, in bytes; a larger one ends the connection with 1009. Default 1 MiB. */
  readonly maxPayloadBytes: number;
  /** How many fragments a received message may have; more end the connection with 1008. Default 65,536. */
  readonly maxFragments: number;
  /**
   * How long a message may take to arrive, in ms, from its first byte to its last, all fragments included, without the
   * time in which this side reads nothing; then the connection is closed with 1008 and trigger `frame-deadline`. It is
   * looked at once a second, or eight times in a shorter deadline. Default 60,000, in which 17 KiB/s make up 1 MiB.
   */
  readonly frameWithinMs: number;
  /**
   * How many messages are read in a second. Each fragment and each control frame counts as one, a compressed message as
   * eight. When they have come, nothing more is read for the rest of the second: see `throttledWithinMs`. Default
   * 100,000.
   */
  readonly maxMessagesPerSecond: number;
  /** How many bytes are read in a second, in the same way. Default 128 MiB, which a gigabit link does not exceed. */
  readonly maxBytesPerSecond: number;
  /**
   * How long a peer may send more than `maxMessagesPerSecond` or `maxBytesPerSecond`, in ms, second by second; then the
   * connection is closed with 1008 and trigger `too-fast`. `Infinity` never closes it: it is only read more slowly.
   * Default 10,000.
   */
  readonly throttledWithinMs: number;
  /** How long a closing handshake may take, in ms, from the first Close to the end of TCP. Default 5,000. */
  readonly closeWithinMs: number;
  /**
   * How long a connection may be idle, in ms, with no data frame in either direction; then it is closed with 1000 and
   * trigger `idle`. Pings, and messages that `liveness` sends and takes, do not count. Default `Infinity`.
   */
  readonly idleWithinMs: number;
  /**
   * How long the peer may send no data frame, in ms; then the connection is closed with 1008 and trigger `quiet`. Its
   * Pings and Pongs, answers that `liveness` takes, and what this side sends do not count; nor does time for which this
   * side has paused the socket. For feeds that always have news. Default `Infinity`.
   */
  readonly quietWithinMs: number;
  /**
   * How long the socket may be paused because the handler leaves frames waiting, in ms; then the connection is closed
   * with 1011 and trigger `slow-handler`. Default 60,000.
   */
  readonly pausedWithinMs: number;
  /**
   * How many received bytes may wait for a handler that pulls before the socket is paused; about 200 bytes are added
   * for each frame beyond 64. Sixteen times as much may wait for a handler that has not begun to consume, so that the
   * peer's Close is seen even if the handler never does. Default 64 KiB.
   */
  readonly readAheadBytes: number;
  /** How many bytes may wait for the peer before `send` returns `backpressure`. Default 64 KiB. */
  readonly highWaterMark: number;
  /**
   * How many bytes may wait for the peer before the slow-peer policy applies; about 256 bytes are added for each
   * message that waits by itself. If little waited before, the messages of one turn of the event loop may be as much
   * again, since the peer cannot have taken them yet. Default 4 MiB.
   */
  readonly maxBufferedBytes: number;
  /**
   * What is done about a peer that does not read. `close` discards the queue, so that the Close gets out, and closes
   * with 1013; `drop-newest` drops messages that do not fit. Default `close`.
   */
  readonly slowPeer: 'close' | 'drop-newest';
}

/** Bounds of a listener, its opening handshakes, and its connections. */
export interface ListenerLimits extends ConnectionLimits {
  /**
   * Connections of the listener; more are refused with 503. The supervisor's `maxConnections` holds as well. Default:
   * the supervisor's.
   */
  readonly maxConnections: number;
  /**
   * Of those, how many one remote address may have, or one IPv6 /64; more are refused with 429. Without `trustProxy` of
   * the listener, loopback and private addresses are not counted, since behind a proxy all clients have its address.
   * Default 1,000.
   */
  readonly maxConnectionsPerAddress: number;
  /**
   * Of those, how many may have the same `identity`, which `authenticate` grants; more are refused with 429. Default
   * 100.
   */
  readonly maxConnectionsPerIdentity: number;
  /**
   * How late the event loop may be, in ms: the median delay of the last five looks at it, four in a second. While it is
   * later, new clients are refused with 503, so that those that are there are served. One long stall is not enough.
   * Default 1,000.
   */
  readonly maxLagMs: number;
  /**
   * How much of its memory this process may use: the larger share of V8's heap limit, and of what the control group or
   * the machine has. While it uses more, new clients are refused with 503. Default 0.9.
   */
  readonly maxMemoryShare: number;
  /** Opening handshakes of a listener awaiting `authenticate`; more are refused with 503. Default 1,000. */
  readonly maxHandshakes: number;
  /**
   * Of those, how many may come from one remote address, or one IPv6 /64; more are refused with 503, so that one client
   * whose `authenticate` is slow does not keep out the others. Behind a proxy all clients have its address unless the
   * listener has a `trustProxy`: without it, set the value of `maxHandshakes`. Default 100.
   */
  readonly maxHandshakesPerAddress: number;
  /** How long a listener's `authenticate` may take, in ms; then 503. Default 10,000. */
  readonly authenticateWithinMs: number;
}

/** Bounds of a dialer, its opening handshakes, and its connections. */
export interface DialerLimits extends ConnectionLimits {
  /** How long the opening handshake of a dial may take, in ms, with the name look-up. Default 10,000. */
  readonly openWithinMs: number;
  /**
   * How long the handler of a dialer with `ready: 'handler'` may take to call `ready`, in ms from the opening; then the
   * connection is closed with 3008 and trigger `ready-deadline`. Default 10,000.
   */
  readonly readyWithinMs: number;
}

/**
 * Bounds of a supervisor, and the defaults of its listeners' and dialers'. Those of opening handshakes hold for each
 * listener and dialer by itself.
 */
export interface Limits extends ListenerLimits, DialerLimits {
  /** Connections of the supervisor in all, accepted and dialed; more are refused with 503. Default 100,000. */
  readonly maxConnections: number;
  /**
   * How many bytes all connections of the supervisor together may hold: messages that wait for a peer or for a handler,
   * and messages of which a part has come. When it is more, the connections that hold the most are closed with 1013 and
   * trigger `memory` until a tenth of it is free. Connections that hold less than 16 KiB are not counted. Default 256
   * MiB.
   */
  readonly maxTotalBufferedBytes: number;
}

/** How fast all dialers of a supervisor together may dial. */
export interface DialLimit {
  /**
   * How many attempts may be under way, each from before `url` and `headers` are called until the connection is open or
   * has failed. Dialers whose last attempt failed get at most half of them, or one; a tenth, rounded down, is reserved
   * for dialers that had been connected; and no single host gets more than four fifths. Default 100.
   */
  readonly inFlight: number;
  /**
   * How many attempts may begin in any second; in any 100 ms a tenth of that, rounded up. Below 1, one attempt may
   * begin in any `1 / perSecond` seconds: 0.2 is one in 5 s. A TLS handshake costs each side one or two ms of CPU, so
   * 200 leave most of a core to the connections that are up. Default 200.
   */
  readonly perSecond: number;
  /**
   * More bounds: in any `perMs` at most `count` attempts may begin. `{ count: 20, perMs: 3_600_000 }` is 20 an hour,
   * also all at once. Default none.
   */
  readonly windows: readonly { readonly count: number; readonly perMs: number }[];
}

/**
 * How half-open sockets are found: by Pings (RFC 6455 section 5.5.2). A peer that falls silent is found within
 *
 *     pingEveryMs + answerWithinMs + stalls + reading
 *
 * A peer that still sends, but answers no Ping, is found within `pingEveryMs` more.
 *
 * - `stalls` is the time for which this process's event loop stalled meanwhile, counting stalls of more than 50 ms. It
 *   is at most `answerWithinMs` plus the longest stall. The last look after stalls may be late by a sixteenth of
 *   `answerWithinMs`.
 * - `reading` is the time that the peer may need to read what precedes the Ping: 1 s for each 16,000 bytes beyond
 *   64 KiB that no Pong has proven to be read. At most the bytes that wait here and 4 MiB in the kernel are counted; as
 *   a rule it is less than 256 KiB, because peers are pinged while data is sent.
 *
 * The time starts again while the socket is paused, and when the peer takes bytes that waited for it or is in the
 * middle of a frame.
 *
 * For a peer that does not answer Pings at all, set `liveness: false`.
 */
export interface Liveness {
  /**
   * How often a peer is pinged, in ms. Pings come a little more often, to keep the bound above, and start at a random
   * moment for each connection. Default 30,000.
   */
  readonly pingEveryMs: number;
  /** How long a peer may be silent after a Ping, in ms, without this side's own stalls and pauses. Default 10,000. */
  readonly answerWithinMs: number;
  /**
   * Makes the message that is sent in place of a Ping, for peers that expect heartbeats of the application:
   * `() => '{"op":"ping"}'`. It needs `isPong`. Default: Pings of RFC 6455.
   */
  readonly ping?: (() => Sendable) | undefined;
  /**
   * Whether a received frame answers such a message; it is not given to the handler. It is called with every frame, so
   * it should look at little of it. What it throws, and what `ping` throws, ends the connection as an error of the
   * handler.
   */
  readonly isPong?: ((frame: Frame) => boolean) | undefined;
}

/** Liveness by messages of the application. */
export type MessageLiveness = Liveness & Required<{ [Key in 'ping' | 'isPong']: NonNullable<Liveness[Key]> }>;
