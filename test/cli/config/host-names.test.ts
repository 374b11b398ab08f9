import { expect, test } from 'vitest';
import { hostsOf, isMeantFor } from '../../../src/cli/config/host-names.js';

const LOOPBACK = ['localhost', '*.localhost', '127.0.0.1', '[::1]'];

test.each<[host: string, names: readonly string[], hosts: readonly string[] | undefined]>([
  ['127.0.0.1', [], LOOPBACK],
  ['localhost', [], LOOPBACK],
  ['::1', [], LOOPBACK],
  ['127.0.0.2', [], [...LOOPBACK, '127.0.0.2']],
  ['127.0.0.1', ['app.example'], [...LOOPBACK, 'app.example']],
  ['127.0.0.1', ['*'], undefined],
  ['0.0.0.0', [], undefined],
  ['127.evil.example', [], undefined],
  ['0.0.0.0', ['app.example'], [...LOOPBACK, '0.0.0.0', 'app.example']],
  ['::', ['*', 'app.example'], undefined],
])('a service on %s with names %j is for %j', (host, names, hosts) => {
  expect(hostsOf(host, names)).toEqual(hosts);
});

test.each([
  ['localhost:8080', true],
  ['LocalHost.', true],
  ['api.localhost:80', true],
  ['127.0.0.1', true],
  ['[::1]:8080', true],
  ['10.1.2.3:8080', true],
  ['[fe80::1]', true],
  [undefined, true],
  ['app.example:443', true],
  ['x.wild.example', true],
  ['evil.example', false],
  ['localhost.evil.example', false],
  ['evil.localhost.evil', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.evil', false],
  ['x.y.wild.example', false],
  ['wildxexample', false],
  ['', false],
])('a request for %s is meant for it: %s', (authority, isMeant) => {
  expect(isMeantFor([...LOOPBACK, 'app.example:*', '*.wild.example'], authority)).toBe(isMeant);
  expect(isMeantFor(undefined, authority)).toBe(true);
});
