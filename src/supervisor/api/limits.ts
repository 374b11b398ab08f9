/** Bounds of a connection, and of all of them together. */
export interface Limits {
  /** Connections of the supervisor in all, accepted and dialed; more are refused with 503. Default 100,000. */
  readonly maxConnections: number;
  /** Opening handshakes of a listener awaiting `authenticate`; more are refused with 503. Default 1,000. */
  readonly maxHandshakes: number;
  /**
   * Of those, how many may come from one remote address, or one IPv6 /64; more are refused with 503, so that a stranger
   * whose `authenticate` is slow does not keep out everybody. Behind a proxy all clients have its address: there give
   * it the value of `maxHandshakes`. Default 100.
   */
  readonly maxHandshakesPerAddress: number;
  /** Size of a received message in bytes; larger ones end the connection with 1009. Default 1 MiB. */
  readonly maxPayloadBytes: number;
  /** Fragments of a received message; more end the connection with 1008. Default 65,536. */
  readonly maxFragments: number;
  /** How long a dialed connection's opening handshake may take, in ms, name look-up included. Default 10,000. */
  readonly openWithinMs: number;
  /** How long a listener's `authenticate` may take, in ms; then 503. Default 10,000. */
  readonly authenticateWithinMs: number;
  /** How long a closing handshake may take, in ms, from either side's Close to the end of TCP. Default 5,000. */
  readonly closeWithinMs: number;
  /** How long no data frame may pass in either direction, in ms; then 1000 with trigger `idle`. Default `Infinity`. */
  readonly idleWithinMs: number;
  /**
   * How long a handler may leave received frames waiting, in ms; then 1011 with trigger `slow-handler`. Default 60,000.
   */
  readonly pausedWithinMs: number;
  /**
   * Received bytes that wait for a pulling handler before the socket is paused; some 200 are counted for each frame
   * beyond 64. Sixteen times as much waits for a handler that has not begun to consume, so that its peer's Close is
   * seen even if it never does. Default 64 KiB.
   */
  readonly readAheadBytes: number;
  /** Bytes waiting for the peer above which `send` answers `backpressure`. Default 64 KiB. */
  readonly highWaterMark: number;
  /**
   * Bytes waiting for the peer beyond which the slow-peer policy applies; about 256 are counted for each message that
   * waits by itself. Where little waited before, what is sent within one turn of the event loop may be as much again:
   * the peer cannot have taken it yet. Default 4 MiB.
   */
  readonly maxBufferedBytes: number;
  /**
   * What becomes of a peer that does not read: `close` ends it with 1013, the queue discarded first so that the Close
   * gets out; `drop-newest` drops what does not fit. Default `close`.
   */
  readonly slowPeer: 'close' | 'drop-newest';
}

/** How fast a supervisor's dialers may dial, all together. */
export interface DialLimit {
  /**
   * Attempts under way: from before `url` and `headers` are asked until the connection is open or has failed. Of these
   * half, at least one, are for dialers whose last attempt did not open; a tenth, rounded down, is kept for those that
   * had been connected, and a fifth for other hosts than any one. Default 100.
   */
  readonly inFlight: number;
  /**
   * Attempts begun in any second, and a tenth of that, rounded up, in any 100 ms. Default 200: a TLS handshake costs
   * each side one or two ms of CPU, so that a fleet that comes back leaves most of a core to what is up already.
   */
  readonly perSecond: number;
}

/**
 * Half-open sockets are found by Pings (RFC 6455 section 5.5.2). A peer that falls silent is found within
 *
 *     pingEveryMs + answerWithinMs + stalls + reading
 *
 * and one that goes on sending but answers no Ping within `pingEveryMs` more. `stalls` is the time for which this
 * process's event loop stood still meanwhile, by more than 50 ms at a time, and at most `answerWithinMs` and the
 * longest of them; the last look after stalls is late by up to a sixteenth of `answerWithinMs`. `reading` is what the
 * peer may need for what precedes the Ping: 1 s for each 16,000 bytes beyond 64 KiB that no Pong has proven to be read.
 * That is counted up to what waits here and 4 MiB in the kernel's hands, and as a rule is below 256 KiB, since peers
 * are pinged on the way. While the socket is paused, and as long as the peer takes bytes that waited for it or sends
 * one frame, the time begins anew.
 *
 * A peer that does not answer Pings at all needs `liveness: false`.
 */
export interface Liveness {
  /**
   * How often a peer is pinged, in ms, a little more often to keep the bound; phases are spread at random. Default
   * 30,000.
   */
  readonly pingEveryMs: number;
  /** How long a pinged peer may send nothing at all, in ms, our own stalls and pauses discounted. Default 10,000. */
  readonly answerWithinMs: number;
}
