import { expect, test } from 'vitest';
import { isCrossSite, isLocal } from '../../../../src/inspect/dashboard/http/request-origin.js';

test.each([
  ['127.0.0.1', { host: '127.0.0.1:8080' }, true],
  ['127.0.0.1', { host: 'localhost:8080' }, true],
  ['127.0.0.1', { host: 'LOCALHOST.' }, true],
  ['127.0.0.1', { host: 'app.localhost' }, true],
  ['::1', { host: '[::1]:8080' }, true],
  ['::ffff:127.0.0.1', { host: 'localhost' }, true],
  ['127.0.0.1', { host: 'evil.example' }, false],
  ['127.0.0.1', { host: 'localhost.evil.example' }, false],
  ['127.0.0.1', { host: '127.0.0.1.evil.example' }, false],
  ['127.0.0.1', {}, false],
  ['192.0.2.1', { host: 'localhost' }, false],
  [undefined, { host: 'localhost' }, false],
  ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '192.0.2.1' }, false],
  ['127.0.0.1', { host: 'localhost', forwarded: 'for=192.0.2.1' }, false],
  ['127.0.0.1', { host: 'localhost', via: '1.1 proxy' }, false],
])('from %s with %j: this machine %j', (remoteAddress, headers, local) => {
  expect(isLocal({ remoteAddress, headers })).toBe(local);
});

test.each([
  [{ host: 'a.example' }, false],
  [{ host: 'a.example', origin: 'https://a.example' }, false],
  [{ host: 'a.example:443', origin: 'https://a.example' }, false],
  [{ host: 'a.example:8080', origin: 'http://a.example:8080' }, false],
  [{ host: 'a.example', origin: 'https://b.example' }, true],
  [{ host: 'a.example', origin: 'null' }, true],
  [{ host: 'a.example', 'sec-fetch-site': 'same-origin' }, false],
  [{ host: 'a.example', 'sec-fetch-site': 'none' }, false],
  [{ host: 'a.example', 'sec-fetch-site': 'same-site' }, true],
  [{ host: 'a.example', 'sec-fetch-site': 'cross-site' }, true],
])('%j: of another site %j', (headers, cross) => {
  expect(isCrossSite({ headers })).toBe(cross);
});
