/** How long a wait may take. Both options leave the connection as it is. */
export interface WaitOptions {
  /** Interrupts the wait: it rejects with the signal's reason. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** The wait's deadline in ms, 0 or more: after it, the wait rejects with a `DeadlineError`. Default: none. */
  readonly withinMs?: number | undefined;
}

/** How long a Ping may take, and what it carries. */
export interface PingOptions extends WaitOptions {
  /**
   * What the Ping carries, and the Pong that answers it: at most 125 bytes (RFC 6455 section 5.5); a text is sent as
   * UTF-8. Default: a number of the library's, a different one for each Ping.
   */
  readonly payload?: string | Uint8Array | undefined;
}
