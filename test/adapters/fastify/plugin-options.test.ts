import { expect, test } from 'vitest';
import { resolvePlugin, resolveRoute } from '../../../src/adapters/fastify/plugin-options.js';
import { OptionError } from '../../../src/transport/errors.js';
import { revoked, throwing } from '../../support/hostile.js';

test('closes all connections at once by default', () => {
  expect(resolvePlugin({}).drain).toEqual({ spreadMs: 0 });
});

test('a route without options has none of its own', () => {
  expect(resolveRoute(undefined)).toEqual({ listener: {}, grant: undefined });
  expect(resolveRoute({ grant: undefined, origins: undefined })).toEqual({ listener: {}, grant: undefined });
});

test.each<[() => unknown, string]>([
  [() => ({ prefix: '/v1' }), 'prefix'],
  [() => ({ path: '/' }), 'path'],
  [() => ({ grant: true }), 'grant'],
  [() => ({ supervisor: {} }), 'supervisor'],
  [() => ({ drain: { spreadMs: -1 } }), 'spreadMs'],
  [() => ({ drain: { where: () => true } }), 'drain.where'],
  [() => ({ drain: 5 }), 'drain'],
  [() => throwing('grant'), 'grant'],
  [revoked, 'options'],
  [() => 5, 'options'],
  [() => null, 'options'],
])('the plugin refuses %#', (make, option) => {
  const resolve = () => resolvePlugin(make() as object);
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(expect.objectContaining({ option }));
});

test.each<[() => unknown, string]>([
  [() => ({ drain: {} }), 'wirekeeper.drain'],
  [() => throwing('origins'), 'wirekeeper.origins'],
  [revoked, 'wirekeeper'],
  [() => [], 'wirekeeper'],
])('a route refuses %#', (make, option) => {
  const resolve = () => resolveRoute(make());
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(expect.objectContaining({ option }));
});
