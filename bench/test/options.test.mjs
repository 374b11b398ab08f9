import { expect, test } from 'vitest';
import { readOptions } from '../options.mjs';
import { SMOKE, scenarios } from '../scenarios/index.mjs';

const chosen = (...argv) => readOptions(argv).scenarios.map(({ name }) => name);

test('a scenario is chosen by its name, also where that is the beginning of others', () => {
  expect(chosen('--scenario', 'echo-16k,memory')).toEqual(['echo-16k', 'memory']);
});

test('the first words of names choose all scenarios that begin with them', () => {
  expect(chosen('--scenario', 'echo-tls')).toEqual([
    'echo-tls-1',
    'echo-tls-1-full',
    'echo-tls-32',
    'echo-tls-32-full',
    'echo-tls-16k',
    'echo-tls-16k-full',
  ]);
  expect(chosen('--scenario', 'receive')).toContain('receive-tls-200k-full');
  expect(chosen('--scenario', 'start')).toEqual(['start']);
});

test('a scenario that is not there is refused, with those that are', () => {
  expect(() => chosen('--scenario', 'receiv')).toThrow('There is no scenario "receiv"; there are echo-1,');
});

test('--smoke has one of each kind, and every scenario has a name of its own', () => {
  const names = scenarios.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(chosen('--smoke')).toEqual(names.filter((name) => SMOKE.includes(name)));
});
