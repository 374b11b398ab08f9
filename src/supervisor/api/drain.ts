import type { Connection } from './connection.js';

/**
 * How a drain goes on. Without `share` and `where` it is a full one, for a restart: no new connections, those there are
 * end at a pace, then the supervisor stops. With either it is a partial one, for rebalancing: it closes some accepted
 * connections, and the supervisor runs on.
 */
export interface DrainOptions {
  /**
   * How long the supervisor, no longer ready, still takes connections, in ms: until load balancers have noticed. A full
   * drain's only. Default 0.
   */
  readonly notReadyFirstMs?: number | undefined;
  /**
   * How long handlers may finish by themselves once `drainSignal` has told them, before the first is closed, in ms.
   * Default 0.
   */
  readonly finishFirstMs?: number | undefined;
  /**
   * Over how long the closing of the accepted connections is spread evenly, in ms. They come in random order, those
   * whose handlers hold their `drainSignal` last: these have the most time to finish by themselves. Default 10,000.
   */
  readonly spreadMs?: number | undefined;
  /**
   * When what is left is terminated, in ms from the call; `Infinity` is never. Default: 10,000 after the last is
   * closed.
   */
  readonly withinMs?: number | undefined;
  /**
   * Each Close advises a delay of its own, random up to so many ms, before the client comes back: `retry-after-ms=8123`
   * in its reason, read by `reconnectDelayOf` and obeyed by dialers. 0 advises none. Default 5,000.
   */
  readonly adviseReconnectMs?: number | undefined;
  /** Close code of accepted connections. Default 1012, Service Restart. */
  readonly code?: number | undefined;
  /**
   * Close reason of accepted connections, before the advice; cut where both do not fit into 123 bytes. Default empty.
   */
  readonly reason?: string | undefined;
  /** Picks accepted connections that are open; the supervisor runs on. Asked once for each, at the call. */
  readonly where?: ((connection: Connection<unknown>) => boolean) | undefined;
  /** Above 0 and up to 1: closes that part of what `where` picks, rounded, at random; the supervisor runs on. */
  readonly share?: number | undefined;
  /**
   * Calls the drain off: what it has not closed yet stays, and the supervisor takes connections again. Once the last
   * accepted connection of a full drain has ended it is too late.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What became of every connection that a drain had to do with: `total` is the sum of `finishedByThemselves`, `clean`,
 * `forced`, and `left`.
 */
export interface DrainReport {
  /** `hurried`: `stop` or `terminate` overtook it; `called-off`: its signal aborted. */
  readonly outcome: 'drained' | 'hurried' | 'called-off';
  /**
   * Of a full drain, every connection that was open at its beginning or opened later, dialed ones included; of a
   * partial one, those it picked.
   */
  readonly total: number;
  /** Ended before the drain closed them, for whatever reason. */
  readonly finishedByThemselves: number;
  /** Closed by the drain, or by the stop that ends it, with a whole closing handshake. */
  readonly clean: number;
  /**
   * Closed by the drain without a whole closing handshake: terminated at the end of `withinMs` or by `terminate`, or
   * lost meanwhile.
   */
  readonly forced: number;
  /** Not closed, because the drain was called off. */
  readonly left: number;
  /** Opening handshakes refused with 503 since the listeners were suspended. */
  readonly refused: number;
  /**
   * Ids of connections whose handlers still ran a second after the last connection had ended, or at the end of
   * `withinMs`.
   */
  readonly lingering: readonly string[];
  /** From the call to the last of it. */
  readonly durationMs: number;
  /** The five that took longest from their Close to the end of their socket, the slowest first. */
  readonly slowest: readonly { readonly id: string; readonly ms: number }[];
}
