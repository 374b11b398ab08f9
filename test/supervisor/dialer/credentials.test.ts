import { describe, expect, test } from 'vitest';
import type { DialAttempt } from '../../../src/supervisor/api/dialer.js';
import { type CredentialRequest, sharedCredentials } from '../../../src/supervisor/dialer/credentials.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { OptionError } from '../../../src/transport/errors.js';

type Attempt = Pick<DialAttempt, 'dialer' | 'refresh' | 'signal'>;

/** A token service under the test's thumb: each request waits until it is answered. */
class TokenService {
  readonly requests: (CredentialRequest & { resolve(token: string): void; reject(error: Error): void })[] = [];

  readonly fetch = ({ refresh, signal }: CredentialRequest): Promise<string> =>
    new Promise((resolve, reject) => {
      this.requests.push({ refresh, signal, resolve, reject });
    });

  /** The request made last. */
  get last() {
    const last = this.requests.at(-1);
    if (last === undefined) throw new Error('no token was asked for');
    return last;
  }
}

function setup(reuseMs = 1_000) {
  const clock = createHeapClock(0, 1_000_000);
  const service = new TokenService();
  const credentials = sharedCredentials(service.fetch, { reuseMs, clock });
  return { clock, service, credentials };
}

/** Requests are made in a microtask. */
const asked = () => Promise.resolve();

const aDialer = () => ({}) as DialAttempt['dialer'];

/** An attempt of a dialer of its own, unless a test says otherwise. */
function attempt(options: Partial<Attempt> = {}): Attempt {
  return { dialer: aDialer(), refresh: false, signal: new AbortController().signal, ...options };
}

/** An attempt of a dialer that was turned down. */
function turnedDown(dialer: DialAttempt['dialer']): Attempt {
  return attempt({ dialer, refresh: true });
}

/** Gets a token from the service. */
async function served(
  { service, credentials }: ReturnType<typeof setup>,
  token: string,
  given = attempt(),
): Promise<void> {
  const waiting = credentials(given);
  await asked();
  service.last.resolve(token);
  expect(await waiting).toBe(token);
}

test('shares one request among all that ask at the same time', async () => {
  const { service, credentials } = setup(0);
  const waiting = Array.from({ length: 5_000 }, () => credentials(attempt()));
  await asked();
  service.last.resolve('one');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['one']));
  expect(service.requests).toHaveLength(1);
});

test('reuses a credential for reuseMs, and not longer', async () => {
  const shared = setup(1_000);
  await served(shared, 'one');
  shared.clock.advance(999);
  expect(await shared.credentials(attempt())).toBe('one');
  shared.clock.advance(1);
  await served(shared, 'two');
  expect(shared.service.requests.map(({ refresh }) => refresh)).toEqual([false, false]);
});

test('reuses nothing with a reuseMs of 0', async () => {
  const shared = setup(0);
  await served(shared, 'one');
  await served(shared, 'two');
});

test('takes a credential that is returned synchronously', async () => {
  const credentials = sharedCredentials(() => 'static', { reuseMs: Number.POSITIVE_INFINITY });
  expect(await credentials(attempt())).toBe('static');
});

describe('a refresh', () => {
  test('makes a new request although the old credential could still be reused, and says that it is a refresh', async () => {
    const shared = setup();
    const dialer = aDialer();
    await served(shared, 'old', attempt({ dialer }));
    await served(shared, 'new', turnedDown(dialer));
    expect(shared.service.last.refresh).toBe(true);
    expect(await shared.credentials(attempt())).toBe('new');
  });

  test('makes a new request when the failed credential is unknown', async () => {
    const shared = setup();
    await served(shared, 'old');
    await served(shared, 'new', attempt({ refresh: true }));
  });

  test('of 5,000 dialers that were refused causes one request, also for those that come after its answer', async () => {
    const shared = setup();
    const { service, credentials } = shared;
    const dialers = Array.from({ length: 5_000 }, aDialer);
    const [first = aDialer()] = dialers;
    await served(shared, 'old', attempt({ dialer: first }));
    for (const dialer of dialers.slice(1)) await credentials(attempt({ dialer }));
    const early = dialers.slice(0, 2_500).map((dialer) => credentials(turnedDown(dialer)));
    await asked();
    service.last.resolve('new');
    expect(new Set(await Promise.all(early))).toEqual(new Set(['new']));
    // These had got the old one before the new one came, and are turned down only now.
    const late = await Promise.all(dialers.slice(2_500).map((dialer) => credentials(turnedDown(dialer))));
    expect(new Set(late)).toEqual(new Set(['new']));
    expect(service.requests).toHaveLength(2);
  });

  test('of a dialer that was refused with the newest credential makes a new request', async () => {
    const shared = setup();
    const dialer = aDialer();
    await served(shared, 'old', attempt({ dialer }));
    await served(shared, 'new', turnedDown(dialer));
    await served(shared, 'newest', turnedDown(dialer));
    expect(shared.service.requests).toHaveLength(3);
  });

  test('makes others that ask meanwhile wait for the fresh credential: the old one has failed', async () => {
    const shared = setup();
    const dialer = aDialer();
    await served(shared, 'old', attempt({ dialer }));
    const fresh = shared.credentials(turnedDown(dialer));
    const other = shared.credentials(attempt());
    await asked();
    shared.service.last.resolve('new');
    expect(await Promise.all([fresh, other])).toEqual(['new', 'new']);
    expect(shared.service.requests).toHaveLength(2);
  });

  test('does not wait for a request that may be answered from a cache', async () => {
    const { service, credentials } = setup();
    const plain = credentials(attempt());
    await asked();
    const fresh = credentials(attempt({ refresh: true }));
    await asked();
    expect(service.requests.map(({ refresh }) => refresh)).toEqual([false, true]);
    service.requests[1]?.resolve('fresh');
    service.requests[0]?.resolve('cached');
    expect(await Promise.all([plain, fresh])).toEqual(['cached', 'fresh']);
    expect(await credentials(attempt())).toBe('fresh');
  });
});

describe('a request that fails', () => {
  test('fails for all that wait for it, and is not remembered', async () => {
    const shared = setup();
    const waiting = [shared.credentials(attempt()), shared.credentials(attempt())];
    await asked();
    const error = new Error('the token service is down');
    shared.service.last.reject(error);
    for (const result of await Promise.allSettled(waiting))
      expect(result).toEqual({ status: 'rejected', reason: error });
    await served(shared, 'again');
  });

  test('may throw at once', async () => {
    let calls = 0;
    const credentials = sharedCredentials(
      () => {
        calls += 1;
        throw new Error(`broken ${calls}`);
      },
      { reuseMs: 1_000 },
    );
    await expect(credentials(attempt())).rejects.toThrow('broken 1');
    await expect(credentials(attempt())).rejects.toThrow('broken 2');
  });
});

describe('an abort', () => {
  const reason = new Error('the dialer stops');

  test('of one caller rejects for that one, and leaves the request to the others', async () => {
    const { service, credentials } = setup();
    const leaving = new AbortController();
    const left = credentials(attempt({ signal: leaving.signal }));
    const staying = credentials(attempt());
    await asked();
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(service.last.signal.aborted).toBe(false);
    service.last.resolve('one');
    expect(await staying).toBe('one');
  });

  test('of the last caller aborts the request, and the next caller makes another', async () => {
    const shared = setup();
    const leaving = new AbortController();
    const left = shared.credentials(attempt({ signal: leaving.signal }));
    await asked();
    const abandoned = shared.service.last;
    leaving.abort(reason);
    await expect(left).rejects.toBe(reason);
    expect(abandoned.signal.reason).toBe(reason);
    await served(shared, 'two');
    abandoned.resolve('late');
    await asked();
    expect(await shared.credentials(attempt())).toBe('two');
  });

  test('beforehand makes no request', async () => {
    const { service, credentials } = setup();
    await expect(credentials(attempt({ signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(service.requests).toEqual([]);
  });

  test('after the credential has come changes nothing', async () => {
    const shared = setup();
    const leaving = new AbortController();
    await served(shared, 'one', attempt({ signal: leaving.signal }));
    leaving.abort(reason);
    expect(shared.service.last.signal.aborted).toBe(false);
    expect(await shared.credentials(attempt())).toBe('one');
  });
});

test.each([Number.NaN, -1, '1s', undefined])('refuses to reuse for %s ms', (reuseMs) => {
  expect(() => sharedCredentials(() => 'token', { reuseMs: reuseMs as number })).toThrow(OptionError);
});

test('refuses anything that is not a function', () => {
  expect(() => sharedCredentials('token' as unknown as () => string, { reuseMs: 1 })).toThrow(
    new OptionError('sharedCredentials: fetchToken is "token"; it must be a function.'),
  );
});
