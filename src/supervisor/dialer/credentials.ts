import { guardedController } from '../../transport/guarded-signal.js';
import { type Clock, systemClock } from '../api/clock.js';
import type { DialAttempt } from '../api/dialer.js';
import { checkFunction, checkMethods, checkNumber, readOptions } from '../options/option-rules.js';
import { reachedPeer } from './retry.js';

/** What a request for a credential gets. */
export interface CredentialRequest {
  /** Whether the last credential was refused: then the new one must not come from a cache. */
  readonly refresh: boolean;
  /** Aborts when no dialer waits for the credential any more. */
  readonly signal: AbortSignal;
}

/** Settings of shared credentials. */
export interface SharedCredentialsOptions {
  /**
   * How long a credential is reused, in ms from its arrival. With 0 only requests under way are shared; with `Infinity`
   * a credential is reused until a refresh.
   */
  readonly reuseMs: number;
  /** The clock for `reuseMs`; give the supervisor's if that has a custom one. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** A credential that has arrived. */
interface Credential<T> {
  readonly value: T;
  /** Monotonic ms. */
  readonly cameAt: number;
}

/** What a dialer was given. Time alone does not show which credential has failed. */
interface Given<T> {
  readonly latest: Credential<T>;
  /** The last that has reached the peer. */
  readonly tried: Credential<T> | undefined;
}

/** The part of an attempt that `sharedCredentials` needs. */
type CredentialAttempt = Pick<DialAttempt, 'dialer' | 'refresh' | 'signal'> & Partial<Pick<DialAttempt, 'lastReport'>>;

/** A request under way, and the number of attempts that wait for it. */
interface Flight<T> {
  readonly refresh: boolean;
  readonly promise: Promise<Credential<T>>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Shares one credential among any number of dialers. Dialers that ask at the same time wait for one request, and its
 * result is reused for `reuseMs`. An attempt with `refresh` makes a new request, unless there is a newer credential
 * than the one its dialer was given, or a request for a fresh one is under way: 5,000 dialers that are refused cause
 * one request, in whatever order that happens. While a fresh credential is being fetched, the old one is not given out.
 *
 * When a request rejects, all attempts that wait for it reject, and the failure is not remembered. When one attempt
 * aborts, it rejects with its signal's reason; the request itself is aborted when no attempt waits for it any more.
 *
 * @returns a function to call with the attempt from a dialer's `headers` or `url`.
 * @throws {OptionError} when `fetchToken` is not a function, or `reuseMs` is not a number of ms from 0 on.
 */
export function sharedCredentials<T>(
  fetchToken: (request: CredentialRequest) => T | Promise<T>,
  options: SharedCredentialsOptions,
): (attempt: CredentialAttempt) => Promise<T> {
  checkFunction(fetchToken, 'sharedCredentials: fetchToken');
  const { reuseMs, clock = systemClock } = readOptions(options, ['reuseMs', 'clock'], 'sharedCredentials');
  checkMethods(clock, ['now'], 'sharedCredentials: clock');
  checkNumber(
    reuseMs,
    { least: 0, most: Number.POSITIVE_INFINITY, isWhole: false, allowed: 'numbers of ms from 0 on, and Infinity' },
    'sharedCredentials: reuseMs',
  );
  let credential: Credential<T> | undefined;
  let flight: Flight<T> | undefined;
  const given = new WeakMap<DialAttempt['dialer'], Given<T>>();

  function launch(refresh: boolean): Flight<T> {
    // When it aborts, no attempt waits for the request any more, so what its listeners throw interests no one.
    const abort = guardedController(() => {});
    const land = async (): Promise<Credential<T>> => {
      try {
        const value = await fetchToken({ refresh, signal: abort.signal });
        const landed = { value, cameAt: clock.now() };
        if (flight === launched) credential = landed;
        return landed;
      } finally {
        if (flight === launched) flight = undefined;
      }
    };
    // In a microtask, so that `launched` is assigned even if the request throws at once.
    const launched: Flight<T> = { refresh, promise: Promise.resolve().then(land), abort, waiting: 0 };
    return launched;
  }

  /** Returns the present credential if a dialer can use it. */
  function present(dialer: DialAttempt['dialer'], refresh: boolean): Credential<T> | undefined {
    if (credential === undefined || clock.now() - credential.cameAt >= reuseMs) return undefined;
    const tried = given.get(dialer)?.tried;
    return refresh && (tried === undefined || tried === credential) ? undefined : credential;
  }

  async function obtain(dialer: DialAttempt['dialer'], refresh: boolean, signal: AbortSignal): Promise<Credential<T>> {
    // While a fresh credential is being fetched, the present one has failed for another dialer.
    const there = flight?.refresh === true ? undefined : present(dialer, refresh);
    if (there !== undefined) return there;
    // The credential being fetched was given to no dialer yet, but without `refresh` it may come from a cache.
    if (flight === undefined || (refresh && !flight.refresh)) flight = launch(refresh);
    return wait(flight, signal, (abandoned) => {
      if (flight === abandoned) flight = undefined;
    });
  }

  return async ({ dialer, refresh, signal, lastReport }) => {
    signal.throwIfAborted();
    const before = given.get(dialer);
    const tried = lastReport === undefined || reachedPeer(lastReport) ? before?.latest : before?.tried;
    if (before !== undefined) given.set(dialer, { latest: before.latest, tried });
    const obtained = await obtain(dialer, refresh, signal);
    given.set(dialer, { latest: obtained, tried });
    return obtained.value;
  };
}

/** Waits for a request until the attempt's signal aborts. The request is aborted when no attempt waits any more. */
function wait<T>(
  flight: Flight<T>,
  signal: AbortSignal,
  onAbandoned: (flight: Flight<T>) => void,
): Promise<Credential<T>> {
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
