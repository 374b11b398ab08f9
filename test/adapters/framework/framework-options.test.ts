import { expect, test } from 'vitest';
import { type FrameworkOptions, resolveFramework } from '../../../src/adapters/framework/framework-options.js';
import { OptionError } from '../../../src/transport/errors.js';
import { revoked, throwing } from '../../support/hostile.js';

const resolve = (options: FrameworkOptions) => resolveFramework(options, 'aPlugin');

test('closes all connections at once by default', () => {
  expect(resolve({}).drain).toEqual({ spreadMs: 0 });
  expect(resolve({ drain: { code: 1001 } }).drain).toEqual({ spreadMs: 0, code: 1001 });
  expect(resolve({ drain: { spreadMs: 20_000 } }).drain).toEqual({ spreadMs: 20_000 });
});

test.each<[() => unknown, string]>([
  [() => ({ supervisor: {} }), 'supervisor'],
  [() => ({ supervisor: 5 }), 'supervisor'],
  [() => ({ drain: { spreadMs: -1 } }), 'spreadMs'],
  [() => ({ drain: { where: () => true } }), 'drain.where'],
  [() => ({ drain: throwing('code') }), 'drain.code'],
  [() => ({ drain: revoked() }), 'drain'],
  [() => ({ drain: 5 }), 'drain'],
])('refuses %#', (make, option) => {
  const check = () => resolve(make() as FrameworkOptions);
  expect(check).toThrow(OptionError);
  expect(check).toThrow(expect.objectContaining({ option }));
});
