import { type Clock, systemClock } from './clock.js';
import type { DialAttempt } from './dialer.js';
import { checkNumber } from './option-rules.js';
import { checkFunction } from './resolve-common.js';

/** What a request for a credential is told. */
export interface CredentialRequest {
  /** Whether the last credential was turned down: whatever cache there is behind must be passed by. */
  readonly refresh: boolean;
  /** Aborts when nobody waits for the credential any more. */
  readonly signal: AbortSignal;
}

/** Settings of shared credentials. */
export interface SharedCredentialsOptions {
  /** How long a credential is handed out after it came, in ms; 0 shares only requests under way, `Infinity` keeps it until a refresh. */
  readonly reuseMs: number;
  /** Default: the system's. Give the supervisor's if that has one of its own. */
  readonly clock?: Clock | undefined;
}

/** A credential that is there. */
interface Credential<T> {
  readonly value: T;
  /** Monotonic and Unix ms. */
  readonly cameAt: number;
  readonly cameAtWall: number;
}

/** A request under way, and how many wait for it. */
interface Flight<T> {
  readonly refresh: boolean;
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Shares one credential among any number of dialers: those that ask at the same time wait for one request, and its
 * result is handed out for `reuseMs`. An attempt with `refresh` makes a new request, unless a credential newer than the
 * one that failed is there or on its way: 5,000 dialers that are turned down together cause one request.
 *
 * A request that rejects rejects for those that wait for it and is not remembered. One caller's abort rejects for that
 * caller with its signal's reason; the request itself is aborted when the last one has gone.
 *
 * @returns a function to be called from a dialer's `headers` or `url` with the attempt.
 * @throws {OptionError} when `fetchToken` is no function, or for a `reuseMs` that is no number of ms from 0 on.
 */
export function sharedCredentials<T>(
  fetchToken: (request: CredentialRequest) => T | Promise<T>,
  { reuseMs, clock = systemClock }: SharedCredentialsOptions,
): (attempt: Pick<DialAttempt, 'refresh' | 'lastReport' | 'signal'>) => Promise<T> {
  checkFunction(fetchToken, 'sharedCredentials: fetchToken');
  checkNumber(
    reuseMs,
    { least: 0, most: Number.POSITIVE_INFINITY, isWhole: false, allowed: 'numbers of ms from 0 on, and Infinity' },
    'sharedCredentials: reuseMs',
  );
  let credential: Credential<T> | undefined;
  let flight: Flight<T> | undefined;

  function launch(refresh: boolean): Flight<T> {
    const abort = new AbortController();
    const land = async (): Promise<T> => {
      try {
        const value = await fetchToken({ refresh, signal: abort.signal });
        if (flight === launched) credential = { value, cameAt: clock.now(), cameAtWall: clock.wallNow() };
        return value;
      } finally {
        if (flight === launched) flight = undefined;
      }
    };
    // In a microtask, so that a request which throws at once finds `launched` there.
    const launched: Flight<T> = { refresh, promise: Promise.resolve().then(land), abort, waiting: 0 };
    return launched;
  }

  return async ({ refresh, lastReport, signal }) => {
    signal.throwIfAborted();
    const isNewEnough = credential !== undefined && (!refresh || isNewerThanFailed(credential, lastReport));
    if (credential !== undefined && isNewEnough && clock.now() - credential.cameAt < reuseMs) return credential.value;
    // What is on its way was handed to nobody yet; but it may come from a cache unless it was asked to be fresh.
    if (flight === undefined || (refresh && !flight.refresh)) flight = launch(refresh);
    return wait(flight, signal, (abandoned) => {
      if (flight === abandoned) flight = undefined;
    });
  };
}

/** Whether a credential came only after the failed connection had got its own: that was before it opened or was refused. */
function isNewerThanFailed({ cameAtWall }: Credential<unknown>, failed: DialAttempt['lastReport']): boolean {
  return failed !== undefined && cameAtWall > (failed.openedAt ?? failed.endedAt);
}

/** Waits for a request as long as the caller's signal allows; the last one to leave aborts it. */
function wait<T>(flight: Flight<T>, signal: AbortSignal, onAbandoned: (flight: Flight<T>) => void): Promise<T> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    const leave = () => {
      reject(signal.reason);
      flight.waiting -= 1;
      if (flight.waiting > 0) return;
      onAbandoned(flight);
      flight.abort.abort(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    flight.promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
