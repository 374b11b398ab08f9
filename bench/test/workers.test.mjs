import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../shared/program.mjs';
import { readOptions } from '../workers/options.mjs';
import { faultsOf, sumOf } from '../workers/run.mjs';

const main = fileURLToPath(new URL('../workers/main.mjs', import.meta.url));
const FILES = 20_000;

function bench(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('options', () => {
  test('have defaults, and there are as many loads as workers', () => {
    expect(readOptions(['--sockets', '100_000', '--workers', '7'], FILES)).toEqual({
      isHelp: false,
      isJson: false,
      sockets: 100_000,
      workers: 7,
      loads: 7,
      rate: 1000,
      spreadMs: 10_000,
    });
  });

  test.each([
    [['--rate', '0'], '--rate is "0"; it must be a whole number from 1 on; see --help.'],
    [['--sockets', '3', '--workers', '4'], '--sockets is 3; each of 4 workers needs one; see --help.'],
    [
      ['--sockets', '100000', '--workers', '5'],
      '--workers is 5, which makes 20000 sockets each; a process may open 20000 files here, so it must be at least 6; see --help.',
    ],
    [
      ['--sockets', '100000', '--workers', '6', '--loads', '1'],
      '--loads is 1, which makes 100000 sockets each; a process may open 20000 files here, so it must be at least 6; see --help.',
    ],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args, FILES)).toThrow(new UsageError(message));
  });

  test('where the limit of files is not known, none is kept', () => {
    expect(readOptions(['--sockets', '100000', '--workers', '1'], Number.NaN).workers).toBe(1);
  });
});

test('tables are added up, and those within them', () => {
  expect(
    sumOf([
      { a: 1, codes: { 1012: 2 } },
      { a: 2, codes: { 1012: 3, 1001: 1 } },
    ]),
  ).toEqual({
    a: 3,
    codes: { 1001: 1, 1012: 5 },
  });
});

test('whatever is missing is said', () => {
  const right = {
    opening: { opened: 10, refused: 0 },
    broadcast: { open: 10, delivered: 10 },
    reload: { told: 10, withAdvice: 10, lost: 0, back: 10, refused: 0 },
    fates: { closings: { 1: 10 } },
  };
  expect(faultsOf(right, { sockets: 10 })).toEqual([]);
  const wrong = {
    opening: { opened: 9, refused: 1 },
    broadcast: { open: 9, delivered: 8 },
    reload: { told: 8, withAdvice: 7, lost: 1, back: 6, refused: 1 },
    fates: { closings: { 0: 2, 1: 8 } },
  };
  expect(faultsOf(wrong, { sockets: 10 })).toEqual([
    '9 of 10 sockets were opened, 1 refused',
    'the broadcast reached 8 of 9 clients',
    '8 Closes came to 9 clients during the reload',
    '1 of 8 Closes had no advice',
    '1 connections were lost without a Close',
    '6 of 7 clients came back, 1 were refused',
    '8 of 10 clients were told exactly once',
  ]);
});

test('two workers let 400 clients in, reach them all, and are replaced: each is told once, and let in again', () => {
  const { status, stdout, stderr } = bench('--sockets', '400', '--rate', '400', '--spread', '1000', '--json');
  const result = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .at(-1);
  expect({ status, stderr, faults: result.faults }).toEqual({ status: 0, stderr: '', faults: [] });
  expect(result.opening).toMatchObject({ opened: 400, refused: 0 });
  expect(result.memory.workers.map(({ connections }) => connections)).toEqual([200, 200]);
  expect(result.broadcast).toMatchObject({ open: 400, delivered: 400, taken: 400 });
  expect(result.broadcast.lastMs).toBeGreaterThanOrEqual(result.broadcast.firstMs);
  expect(result.reload).toMatchObject({
    told: 400,
    withAdvice: 400,
    lost: 0,
    back: 400,
    refused: 0,
    open: 400,
    whys: {},
  });
  expect(result.fates).toEqual({ closings: { 1: 400 }, openings: { 2: 400 }, codes: { 1012: 400 } });
}, 240_000);

test('help is status 0, and a wrong option one sentence and status 2', () => {
  expect(bench('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run bench:workers') });
  expect(bench('--socket', '1')).toEqual({ status: 2, stdout: '', stderr: "Unknown option '--socket'; see --help.\n" });
});
