import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../shared/program.mjs';
import { Account } from '../soak/account.mjs';
import { growthOf, HeapSeries, handles, slopeOf } from '../soak/heap.mjs';
import { readOptions } from '../soak/options.mjs';
import { chooserOf, randomFrom } from '../soak/random.mjs';
import { run } from '../soak/run.mjs';

const main = fileURLToPath(new URL('../soak/main.mjs', import.meta.url));

function soak(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', main, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('options', () => {
  test('have defaults', () => {
    expect(readOptions(['--seed', '7'])).toEqual({
      isHelp: false,
      isJson: false,
      place: 'sockets',
      cycles: undefined,
      minutes: 1,
      atOnce: 100,
      seed: 7,
    });
    expect(readOptions(['--in', 'memory', '--cycles', '1_000_000']).cycles).toBe(1_000_000);
  });

  test.each([
    [['--minutes', '0'], '--minutes is "0"; it must be a number above 0, at most 10000; see --help.'],
    [['--minutes', 'x'], '--minutes is "x"; it must be a number above 0, at most 10000; see --help.'],
    [['--cycles', '1.5'], '--cycles is "1.5"; it must be a whole number from 1 on; see --help.'],
    [['--in', 'space'], '--in is "space"; it must be sockets or memory; see --help.'],
    [['--cycles', '5', '--minutes', '1'], '--minutes and --cycles exclude each other; see --help.'],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(new UsageError(message));
  });
});

test('says in a sentence that it needs a flag of Node', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, '--cycles', '1'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'The soak needs node --expose-gc, as npm run soak has it.\n',
  });
});

test('a seed determines the choices, and weights their shares', () => {
  const choose = (seed) => {
    const next = chooserOf({ often: 9, seldom: 1 }, randomFrom(seed));
    return Array.from({ length: 1000 }, next);
  };
  expect(choose(1)).toEqual(choose(1));
  expect(choose(1)).not.toEqual(choose(2));
  expect(choose(1).filter((name) => name === 'seldom').length).toBeGreaterThan(50);
  expect(choose(1).filter((name) => name === 'seldom').length).toBeLessThan(200);
});

describe('the heap', () => {
  test('has a slope with an error', () => {
    expect(slopeOf([1, 2, 3, 4].map((x) => [x, 5 + 3 * x]))).toEqual({ slope: 3, error: 0 });
  });

  const points = (bytesPerCycle, noise) =>
    Array.from({ length: 30 }, (_, index) => {
      const cycles = index * 1000;
      return [cycles, 2e7 + bytesPerCycle * cycles + noise * Math.sin(index * 7)];
    });

  test('that grows is a leak, and one that swings is none', () => {
    expect(growthOf(points(100, 1e5))).toMatchObject({ isKnown: true, isLeak: true });
    expect(growthOf(points(0, 1e6))).toMatchObject({ isKnown: true, isLeak: false });
    expect(growthOf(points(-100, 1e5))).toMatchObject({ isLeak: false });
    expect(growthOf(points(100, 0).slice(0, 15))).toEqual({ isKnown: false, isLeak: false });
  });

  test('is not filled by the samples of it', () => {
    const series = new HeapSeries();
    const live = () => {
      globalThis.gc();
      return process.memoryUsage().heapUsed;
    };
    series.add(0, 1.5);
    const before = live();
    for (let index = 1; index < 200_000; index += 1) series.add(index, index + 0.5);
    // There they would be 3.2 MB; code that is compiled meanwhile may be 0.3 MB.
    expect(live() - before).toBeLessThan(1_000_000);
    expect(series.points).toHaveLength(200_000);
    expect(series.points.at(-1)).toEqual([199_999, 199_999.5]);
  });
});

describe('the account', () => {
  function anAccount() {
    let publish;
    const account = new Account({ events$: { subscribe: (take) => (publish = take) } }, ({ act }) => act);
    const report = (connectionId) => ({ connectionId, openedAt: 1, trigger: 'peer-closed' });
    return {
      account,
      opened: (id, act) => publish({ type: 'connection.opened', connection: { id, act } }),
      ended: (id) => publish({ type: 'connection.ended', report: report(id) }),
    };
  }

  test('gives each act its report, whenever it comes', async () => {
    const { account, opened, ended } = anAccount();
    opened('c1', 1);
    opened('c2', 2);
    ended('c1');
    expect((await account.report(1)).connectionId).toBe('c1');
    expect(account.isEven).toBe(false);
    const later = account.report(2);
    ended('c2');
    expect((await later).connectionId).toBe('c2');
    expect([account.isEven, account.faultCount]).toEqual([true, 0]);
  });

  test('a second report is a fault', () => {
    const { account, opened, ended } = anAccount();
    opened('c1', 1);
    ended('c1');
    ended('c1');
    expect(account.faults).toEqual(['connection c1 has a report too many: peer-closed']);
  });
});

test.each([
  ['sockets', '2000'],
  ['memory', '5000'],
])(
  'a short soak in %s finds nothing wrong, and accounts for every connection',
  (place, cycles) => {
    const { status, stdout, stderr } = soak('--in', place, '--cycles', cycles, '--json');
    const result = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .at(-1);
    expect({ status, stderr, faults: result.faults }).toEqual({ status: 0, stderr: '', faults: [] });
    expect(result).toMatchObject({ type: 'result', cycles: Number(cycles), left: {} });
    expect(result.connections).toBe(result.reports);
    expect(result.connections).toBeGreaterThan(1000);
  },
  120_000,
);

test('is read by people, too', () => {
  const { status, stdout } = soak('--in', 'memory', '--cycles', '200');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^soaking in memory, 200 connections, 100 at once, seed \d+\n/);
  expect(stdout).toContain('Nothing is wrong, and nothing is left.');
});

test('help is status 0, and a wrong option one sentence and status 2', () => {
  expect(soak('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run soak') });
  expect(soak('--minuts', '1')).toEqual({ status: 2, stdout: '', stderr: "Unknown option '--minuts'; see --help.\n" });
});

test('an act that throws is a fault, and the others go on', async () => {
  const faults = [];
  const account = {
    opened: 0,
    ended: 0,
    fates: {},
    isEven: true,
    faultCount: 0,
    faults,
    fault: (text) => faults.push(text),
  };
  let acts = 0;
  const world = {
    account,
    async act(number) {
      acts += 1;
      if (number === 2) throw new Error('refused');
    },
    async close() {},
  };
  const { cycles } = await run(world, { cycles: 5, atOnce: 2, progress: () => {} }, handles());
  expect({ acts, cycles, faults }).toEqual({ acts: 5, cycles: 5, faults: ['an act threw: Error: refused'] });
});
