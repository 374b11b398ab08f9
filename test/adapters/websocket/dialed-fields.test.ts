import { expect, test } from 'vitest';
import { dialedFields } from '../../../src/adapters/websocket/dialed-fields.js';
import type { DialAttempt } from '../../../src/index.js';

const place = (origin?: string, headers?: Record<string, string>) => ({
  url: new URL('ws://localhost/'),
  protocols: [],
  origin,
  headers,
});

test.each([
  [undefined, undefined, undefined, {}],
  ['https://example.com', undefined, undefined, { origin: 'https://example.com' }],
  ['https://example.com', { Origin: 'https://class.example' }, undefined, { Origin: 'https://class.example' }],
  [undefined, { Cookie: 'a=1', 'X-Kept': '1' }, { cookie: 'b=2' }, { cookie: 'b=2', 'X-Kept': '1' }],
  ['https://example.com', new Map([['a', '1']]), { b: '2' }, { origin: 'https://example.com', a: '1', b: '2' }],
])('of the page %s, the class %j, and the socket %j the last one of a name is sent: %j', (page, ofClass, own, sent) => {
  expect(dialedFields(place(page, own), ofClass)).toEqual(sent);
});

test('a function of the class is asked for each attempt', async () => {
  const fields = dialedFields(place('https://example.com', { b: '2' }), async ({ attempt }) => ({ a: `${attempt}` }));
  if (typeof fields !== 'function') throw new Error('it is no function');
  for (const attempt of [1, 2])
    expect(await fields({ attempt } as DialAttempt)).toEqual({
      origin: 'https://example.com',
      a: `${attempt}`,
      b: '2',
    });
});
