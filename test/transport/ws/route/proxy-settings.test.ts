import { expect, test } from 'vitest';
import { credentialsOf, placeOf } from '../../../../src/transport/ws/route/proxy-settings.js';

test.each([
  ['http://proxy', { host: 'proxy', port: 80 }],
  ['http://proxy:3128', { host: 'proxy', port: 3128 }],
  ['http://[::1]:3128', { host: '::1', port: 3128 }],
])('%s is at %j', (url, place) => {
  expect(placeOf(new URL(url), 80)).toEqual(place);
});

test.each([
  ['http://proxy', undefined],
  ['http://user@proxy', { user: 'user', password: '' }],
  ['http://corp%5Cuser:p%40ss%3Aword@proxy', { user: 'corp\\user', password: 'p@ss:word' }],
  ['http://50%:word@proxy', { user: '50%', password: 'word' }],
])('%s has the credentials %j', (url, credentials) => {
  expect(credentialsOf(new URL(url))).toEqual(credentials);
});
