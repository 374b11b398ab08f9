import { expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt } from '../../../src/supervisor/api/dialer.js';
import { dialRequestOf } from '../../../src/supervisor/dialer/dial-request.js';
import { resolveDial } from '../../../src/supervisor/dialer/resolve-dial.js';
import { resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';

const attempt = { attempt: 1, epoch: 1 } as DialAttempt;

function ask(options: Partial<DialOptions>, onUrl = (_url: string) => {}) {
  const settings = resolveDial(
    { url: 'ws://example.com/', handler: () => {}, ...options },
    resolveSupervisor({}),
    () => 'd',
  );
  return dialRequestOf(settings, attempt, onUrl);
}

test('asks for the URL first and reports it, then for the header fields, both with the attempt', async () => {
  const asked: unknown[] = [];
  const request = await ask(
    {
      url: async (given) => {
        asked.push(['url', given]);
        return new URL('ws://example.com/feed');
      },
      headers: async (given) => {
        asked.push(['headers', given]);
        return { authorization: 'Bearer x' };
      },
      protocols: ['p'],
      limits: { maxPayloadBytes: 7 },
    },
    (url) => asked.push(['resolved', url]),
  );
  expect(asked).toEqual([
    ['url', attempt],
    ['resolved', 'ws://example.com/feed'],
    ['headers', attempt],
  ]);
  expect(request).toMatchObject({
    url: 'ws://example.com/feed',
    headers: { authorization: 'Bearer x' },
    protocols: ['p'],
    options: { maxPayloadBytes: 7, perMessageDeflate: false },
  });
});

test.each<[string, Partial<DialOptions>]>([
  ['a URL that is none', { url: () => 'nowhere' }],
  ['header fields that are none', { headers: () => ({ 'no field': 'x' }) }],
])('%s from a function is refused as from an option', async (_what, options) => {
  await expect(ask(options)).rejects.toMatchObject({ code: 'WIREKEEPER_OPTION' });
});
