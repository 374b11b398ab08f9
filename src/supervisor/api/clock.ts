/**
 * Time, injected: everything that waits or stamps goes through one of these. XState's `Clock` has the same first two
 * methods, so a clock of ours serves an actor as well.
 */
export interface Clock {
  /** Calls `fn` after `ms` milliseconds; does not keep the process alive. */
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
  /** Monotonic time in ms. */
  now(): number;
  /** Unix time in ms, for reports and for deadlines at a time of day. */
  wallNow(): number;
  /**
   * Keeps the process alive until the function that it returns is called. A supervisor calls it once for all pending
   * work, see `SupervisorOptions.keepAlive`. Default: nothing is kept alive.
   */
  keepAlive?(): () => void;
  /** How long the event loop has been busy so far, in ms: the true length of a stall shows in it. Optional. */
  readonly busyMs?: (() => number) | undefined;
}

/** The longest delay of Node's timers, in ms: longer ones fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Node's own timers and clocks. */
export const systemClock: Clock = {
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  now: () => performance.now(),
  wallNow: () => Date.now(),
  keepAlive: () => {
    const timer = setInterval(() => {}, LONGEST_TIMER_MS);
    return () => clearInterval(timer);
  },
  /** Looked for when asked for: that loads a part of Node. Bun does not have it. */
  get busyMs() {
    return typeof performance.eventLoopUtilization === 'function' ? busyMs : undefined;
  },
};

function busyMs(): number {
  return performance.eventLoopUtilization().active;
}
