import { expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import { resolveDial } from '../../../src/supervisor/dialer/resolve-dial.js';
import { defaultRetry } from '../../../src/supervisor/dialer/retry.js';
import { resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';
import { OptionError } from '../../../src/transport/errors.js';

const defaults = resolveSupervisor({ liveness: false });
const resolve = (options: Partial<DialOptions>) =>
  resolveDial({ url: 'ws://example.com/', handler: () => {}, ...options }, defaults, () => 'made');

test.each<[Partial<DialOptions>, string]>([
  [{ url: 'example.com' }, 'url'],
  [{ url: 'http://example.com' }, 'ws'],
  [{ url: undefined as never }, 'url'],
  [{ headers: { 'sec-websocket-key': 'x' } }, 'sec-websocket-key'],
  [{ headers: 'x' as never }, 'headers'],
  [{ protocols: ['a', 'a'] }, 'protocols'],
  [{ restart: 'always' as never }, 'permanent, transient, temporary'],
  [{ retry: 'always' as never }, 'retry'],
  [{ backoff: { factor: 0.5 } }, 'factor'],
  [{ handler: null as never }, 'handler is null; it must be a function'],
  [{ tls: { rejectUnauthorised: false } as never }, 'rejectUnauthorised'],
  [{ limits: { openWithinMs: 0 } }, 'dial: limits.openWithinMs'],
  [
    { limits: { maxHandshakes: 5 } as never },
    'dial: limits.maxHandshakes is no limit of a dialer; give it to listen or',
  ],
  [{ id: 'line\nbreak' }, 'dial: id'],
  [{ redirects: -1 }, 'dial: redirects is -1; allowed are whole numbers from 0 to 20.'],
  [{ redirects: true as never }, 'dial: redirects is true; allowed are whole numbers from 0 to 20.'],
  [{ proxy: 'proxy' }, 'dial: proxy is "proxy"; it must be'],
  [{ agent: {} as never }, 'dial: agent has no method addRequest'],
  [{ url: 'ws+unix:/tmp/a:/', proxy: 'http://proxy' }, 'dial: proxy cannot lead to a ws+unix: URL'],
  [{ tcp: { family: 5 as never } }, 'dial: tcp.family is 5'],
  [{ limits: { readyWithinMs: 5 } }, 'dial: limits.readyWithinMs is no limit of a dialer; give it to dial with ready:'],
  [
    { limits: { readyWithinMs: 0 }, ready: 'handler' },
    'dial: limits.readyWithinMs is 0; allowed are numbers of ms above 0',
  ],
  [{ maxAgeMs: 0 }, 'dial: maxAgeMs is 0; allowed are numbers of ms above 0, and Infinity.'],
  [{ maxAgeMs: '24h' as never }, 'dial: maxAgeMs is "24h"; allowed are numbers of ms above 0, and Infinity.'],
  [{ ready: 'later' as never }, 'dial: ready is "later"; allowed are "open" and "handler".'],
  [{ ready: true as never }, 'dial: ready is true; allowed are "open" and "handler".'],
  [
    { ready: 'handler', handler: undefined },
    'dial: ready is "handler", but there is no handler that could call ready; give one.',
  ],
  [{ uri: 'x' } as never, 'uri'],
])('%j is an OptionError that says %s', (options, says) => {
  expect(() => resolve(options)).toThrow(OptionError);
  expect(() => resolve(options)).toThrow(says);
});

test('what is not given comes from the supervisor, and the defaults', () => {
  expect(resolve({})).toMatchObject({
    id: 'made',
    headers: {},
    protocols: [],
    restart: 'transient',
    retry: defaultRetry,
    liveness: false,
    tls: {},
    route: {},
    redirects: 0,
    ready: 'open',
    maxAgeMs: Number.POSITIVE_INFINITY,
  });
});

test('functions are kept for each attempt', () => {
  const url = () => 'ws://example.com/';
  const headers = () => ({});
  const tls = () => ({});
  expect(resolve({ url, headers, tls })).toMatchObject({ url, headers, tls });
});
