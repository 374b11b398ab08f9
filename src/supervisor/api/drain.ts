import type { Connection } from './connection.js';

/**
 * Options of a drain. Without `share` and `where` it is a full drain, for a restart: no new connections are taken, the
 * existing ones end at a pace, and then the supervisor stops. With either it is a partial drain, for rebalancing: it
 * closes some accepted connections, and the supervisor runs on.
 */
export interface DrainOptions {
  /**
   * How long the supervisor still takes connections although it is no longer ready, in ms: the time that load balancers
   * need to notice. Only for full drains. Default 0.
   */
  readonly notReadyFirstMs?: number | undefined;
  /**
   * How long handlers may finish by themselves, from the abort of their `drainSignal` to the first Close, in ms.
   * Default 0.
   */
  readonly finishFirstMs?: number | undefined;
  /**
   * The time over which the accepted connections are closed, evenly, in ms. The order is random, except that
   * connections whose handlers have read their `drainSignal` come last, so that these have the most time to finish by
   * themselves. Default 10,000.
   */
  readonly spreadMs?: number | undefined;
  /**
   * When the connections that are left are terminated, in ms from the call; `Infinity` for never. It must not be
   * shorter than `notReadyFirstMs + finishFirstMs + spreadMs`. Default: that sum plus 10,000.
   */
  readonly withinMs?: number | undefined;
  /**
   * The longest delay before reconnecting that a Close advises, in ms. Each Close advises a random one, as
   * `retry-after-ms=3120` in its reason; `reconnectDelayOf` reads it, and dialers obey it. 0 advises none. Default
   * 5,000.
   */
  readonly adviseReconnectMs?: number | undefined;
  /** Close code of accepted connections. Default 1012, Service Restart. */
  readonly code?: number | undefined;
  /**
   * Close reason of accepted connections. The advice follows it; the reason is cut when both exceed 123 bytes. Default
   * empty.
   */
  readonly reason?: string | undefined;
  /**
   * Picks the accepted connections to close: called once for each that is open, during the call of `drain`. The
   * supervisor runs on. Default: all, in a partial drain.
   */
  readonly where?: ((connection: Connection<unknown>) => boolean) | undefined;
  /**
   * The part of the connections picked by `where` that is closed, above 0 and up to 1: chosen at random, their number
   * is rounded. The supervisor runs on. Default 1, in a partial drain.
   */
  readonly share?: number | undefined;
  /**
   * Calls the drain off when it aborts: connections that are not closed yet stay, and the supervisor takes new ones
   * again. It has no effect after the last accepted connection of a full drain has ended. Default none.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The account of a drain: how each of its connections ended. `total` is the sum of `finishedByThemselves`, `clean`,
 * `forced`, and `left`.
 */
export interface DrainReport {
  /** `superseded`: `stop` or `terminate` came before its end; `called-off`: its signal aborted. */
  readonly outcome: 'drained' | 'superseded' | 'called-off';
  /**
   * In a full drain, the connections that were open at its start or opened later, dialed ones included. In a partial
   * drain, the connections that it picked.
   */
  readonly total: number;
  /** Connections that ended before the drain closed them, for any reason. */
  readonly finishedByThemselves: number;
  /** Connections closed by the drain, or by the stop that ends it, with a complete closing handshake. */
  readonly clean: number;
  /**
   * Connections closed by the drain without a complete closing handshake: terminated at the end of `withinMs` or by
   * `terminate`, or lost meanwhile.
   */
  readonly forced: number;
  /** Connections that were not closed, because the drain was called off. */
  readonly left: number;
  /** The number of opening handshakes refused with 503 since the listeners were suspended. */
  readonly refused: number;
  /**
   * Ids of connections whose handlers still ran a second after the last connection had ended, or at the end of
   * `withinMs`.
   */
  readonly lingering: readonly string[];
  /** The time from the call to the end of the drain, in ms. */
  readonly durationMs: number;
  /** The five connections that took longest from their Close to the end of their socket, slowest first. */
  readonly slowest: readonly { readonly id: string; readonly ms: number }[];
}

/** How a stop closes connections. */
export interface StopOptions {
  /** Close code of accepted connections. Use 1012 for a service that comes back. Default 1001, Going Away. */
  readonly code?: number | undefined;
  /** Close reason of accepted connections. Default empty. */
  readonly reason?: string | undefined;
}
