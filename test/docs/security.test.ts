/** SECURITY.md and docs/accepting.md say what the defaults are; the code has them. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_BACKOFF, DEFAULT_LIMITS, DEFAULT_LIVENESS } from '../../src/supervisor/options/options.js';
import { DEFAULT_DIAL_LIMIT } from '../../src/supervisor/options/resolve-dial-limit.js';

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024 };

/** What a cell says: a number, perhaps with a unit, or a word of the code. */
function valueOf(cell: string): unknown {
  if (cell === 'no limit') return Number.POSITIVE_INFINITY;
  const [, digits = '', unit = ''] = /^([\d,.]+)(?: (KiB|MiB))?$/.exec(cell) ?? [];
  return digits === '' ? cell.replaceAll('`', '') : Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

/** The limits of a table whose first columns are their names and defaults. */
function limitsIn(text: string): Record<string, unknown> {
  const [, table = ''] = /^\| (?:limit|option) \| default \|.*\n\|.*\n((?:\|.*\n)+)/m.exec(text) ?? [];
  return Object.fromEntries(
    [...table.matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm)].map(([, name = '', cell = '']) => [name, valueOf(cell)]),
  );
}

const withPrefix = (prefix: string, defaults: object, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(defaults).flatMap(([name, value]) => (names.includes(name) ? [[prefix + name, value]] : [])),
  );

test('SECURITY.md has every limit and its default', () => {
  expect(limitsIn(textOf('SECURITY.md'))).toEqual({
    ...DEFAULT_LIMITS,
    ...withPrefix('liveness.', DEFAULT_LIVENESS, ['pingEveryMs', 'answerWithinMs']),
    ...withPrefix('backoff.', DEFAULT_BACKOFF, ['maxAdviceMs']),
    ...withPrefix('dialLimiter.', DEFAULT_DIAL_LIMIT, ['inFlight', 'perSecond']),
  });
});

test('the guide to accepting has the defaults of its limits', () => {
  const limits = limitsIn(textOf('docs/accepting.md'));
  expect(Object.keys(limits).length).toBeGreaterThan(15);
  expect(DEFAULT_LIMITS).toMatchObject(limits);
});

test('the tests that SECURITY.md names are there', () => {
  const named = [...textOf('SECURITY.md').matchAll(/`(test\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
});
