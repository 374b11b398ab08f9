import { guardedController } from '../../transport/guarded-signal.js';
import { type Clock, systemClock } from '../api/clock.js';
import type { DialAttempt } from '../api/dialer.js';
import { checkNumber, readOptions } from '../options/option-rules.js';
import { checkFunction, checkMethods } from '../options/resolve-common.js';
import { reachedPeer } from './retry.js';

/** What a request for a credential is told. */
export interface CredentialRequest {
  /** Whether the last credential was turned down: whatever cache there is behind must be passed by. */
  readonly refresh: boolean;
  /** Aborts when nobody waits for the credential any more. */
  readonly signal: AbortSignal;
}

/** Settings of shared credentials. */
export interface SharedCredentialsOptions {
  /**
   * How long a credential is handed out after it came, in ms; 0 shares only requests under way, `Infinity` keeps it
   * until a refresh.
   */
  readonly reuseMs: number;
  /** Default: the system's. Give the supervisor's if that has one of its own. */
  readonly clock?: Clock | undefined;
}

/** A credential that has come. */
interface Credential<T> {
  readonly value: T;
  /** Monotonic ms. */
  readonly cameAt: number;
}

/** What a dialer was given. By time alone nobody can tell which one it was that failed. */
interface Given<T> {
  readonly latest: Credential<T>;
  /** The last that has reached the peer. */
  readonly tried: Credential<T> | undefined;
}

/** What `sharedCredentials` wants to know of an attempt. */
type CredentialAttempt = Pick<DialAttempt, 'dialer' | 'refresh' | 'signal'> & Partial<Pick<DialAttempt, 'lastReport'>>;

/** A request under way, and how many wait for it. */
interface Flight<T> {
  readonly refresh: boolean;
  readonly promise: Promise<Credential<T>>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * Shares one credential among any number of dialers: those that ask at the same time wait for one request, and its
 * result is handed out for `reuseMs`. An attempt with `refresh` makes a new request, unless another credential than the
 * one its dialer was given is there, or a fresh one on its way: 5,000 dialers that are turned down cause one request,
 * in whatever order that happens. Nobody is given the old one while a fresh one is on its way.
 *
 * A request that rejects rejects for those that wait for it and is not remembered. One caller's abort rejects for that
 * caller with its signal's reason; the request itself is aborted when the last one has gone.
 *
 * @returns a function to be called from a dialer's `headers` or `url` with the attempt.
 * @throws {OptionError} when `fetchToken` is no function, or for a `reuseMs` that is no number of ms from 0 on.
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
    // When it aborts nobody waits for the request any more, nor for what its listeners throw.
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
    // In a microtask, so that a request which throws at once finds `launched` there.
    const launched: Flight<T> = { refresh, promise: Promise.resolve().then(land), abort, waiting: 0 };
    return launched;
  }

  /** Whether the credential that is there will do for a dialer. */
  function present(dialer: DialAttempt['dialer'], refresh: boolean): Credential<T> | undefined {
    if (credential === undefined || clock.now() - credential.cameAt >= reuseMs) return undefined;
    const tried = given.get(dialer)?.tried;
    return refresh && (tried === undefined || tried === credential) ? undefined : credential;
  }

  async function obtain(dialer: DialAttempt['dialer'], refresh: boolean, signal: AbortSignal): Promise<Credential<T>> {
    // The credential that is there has failed for somebody while a fresh one is on its way.
    const there = flight?.refresh === true ? undefined : present(dialer, refresh);
    if (there !== undefined) return there;
    // What is on its way was handed to nobody yet; but it may come from a cache unless it was asked to be fresh.
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

/** Waits for a request as long as the caller's signal allows; the last one to leave aborts it. */
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
