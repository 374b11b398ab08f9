import type { DialAttempt } from './dialer.js';

/** How long a shared credential is good for. */
export interface SharedCredentialsOptions {
  /** How long a credential is given out before a new one is fetched, in ms. */
  readonly reuseMs: number;
  /** Monotonic time in ms. Default `performance.now`. */
  readonly now?: () => number;
}

/**
 * Makes any number of dialers share one credential: one request at a time, its result reused for `reuseMs`. An attempt
 * that needs a fresh one gets one that was fetched after the one that failed. A rejection is not kept.
 */
export function sharedCredentials<T>(
  fetchToken: (context: { readonly refresh: boolean }) => Promise<T>,
  { reuseMs, now = () => performance.now() }: SharedCredentialsOptions,
): (attempt: Pick<DialAttempt, 'refresh'>) => Promise<T> {
  let kept: { readonly token: T; readonly fetchedAt: number } | undefined;
  let flight: Promise<T> | undefined;
  return ({ refresh }) => {
    const isFresh = kept !== undefined && now() - kept.fetchedAt < (refresh ? Math.min(reuseMs, 1000) : reuseMs);
    if (kept !== undefined && isFresh) return Promise.resolve(kept.token);
    flight ??= fetchToken({ refresh })
      .then((token) => {
        kept = { token, fetchedAt: now() };
        return token;
      })
      .finally(() => {
        flight = undefined;
      });
    return flight;
  };
}
