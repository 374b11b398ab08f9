import { expect, test } from 'vitest';
import { requestTarget } from '../../../src/supervisor/listener/request-target.js';

test.each([
  // target                               path             query     authority
  ['/', '/', '', undefined],
  ['/rooms/tea', '/rooms/tea', '', undefined],
  ['/rooms/tea?since=7', '/rooms/tea', '?since=7', undefined],
  ['/rooms?', '/rooms', '?', undefined],
  ['/a?b=http://c/d?e', '/a', '?b=http://c/d?e', undefined],
  ['/rooms/caf%C3%A9', '/rooms/caf%C3%A9', '', undefined],
  // An empty first segment, and no host.
  ['//host/rooms/tea', '//host/rooms/tea', '', undefined],
  ['/http://host/rooms', '/http://host/rooms', '', undefined],
  ['http://host/rooms/tea', '/rooms/tea', '', 'host'],
  ['http://host:8080/rooms/tea?since=7', '/rooms/tea', '?since=7', 'host:8080'],
  ['https://host/rooms/tea', '/rooms/tea', '', 'host'],
  ['ws://host/rooms/tea', '/rooms/tea', '', 'host'],
  ['wss://host/rooms/tea', '/rooms/tea', '', 'host'],
  ['HTTP://Host/Rooms', '/Rooms', '', 'Host'],
  ['http://[::1]:80/rooms', '/rooms', '', '[::1]:80'],
  ['http://host', '/', '', 'host'],
  ['http://host?since=7', '/', '?since=7', 'host'],
  ['http://host//rooms', '//rooms', '', 'host'],
])('%s asks for %s', (url, path, query, authority) => {
  expect(requestTarget(url)).toEqual({ path, query, authority });
});

test.each([
  '',
  '*',
  'host',
  'host:443',
  'rooms/tea',
  'ftp://host/rooms',
  'http://',
  'http:///rooms',
  'http://me@host/rooms',
  '/rooms#top',
  'http://host/#top',
])('%s asks for no resource', (url) => {
  expect(requestTarget(url)).toBeUndefined();
});
