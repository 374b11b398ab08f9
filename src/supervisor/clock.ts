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
  /** Unix time in ms, for reports. */
  wallNow(): number;
}

/** Node's own timers and clocks. */
export const systemClock: Clock = {
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: (id) => clearTimeout(id as NodeJS.Timeout),
  now: () => performance.now(),
  wallNow: () => Date.now(),
};
