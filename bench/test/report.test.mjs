import { expect, test } from 'vitest';
import { readOptions } from '../options.mjs';
import { bars, judge } from '../report/bars.mjs';
import { withFigures } from '../report/figures.mjs';
import { median, ratios, spread } from '../report/statistics.mjs';
import { summarize } from '../report/summary.mjs';
import { ratioPlot } from '../report/svg.mjs';
import { scenarioTable, short } from '../report/table.mjs';
import { SMOKE, scenarios } from '../scenarios/index.mjs';
import { metrics } from '../scenarios/metrics.mjs';
import { UsageError } from '../shared/program.mjs';

const ECHO = { name: 'echo-1', title: 'echo <1>', chart: 'perSecond' };
const slices = (numbers) => numbers.map((perSecond) => ({ perSecond, loadBusy: 0.5 }));

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (numbers, expected) => {
  expect(median(numbers)).toBe(expected);
});

test('makes ratios round by round, not of medians', () => {
  expect(ratios([10, 40], [10, 20])).toEqual([1, 2]);
  expect(spread([1, 2, 6])).toEqual({ median: 2, least: 1, greatest: 6 });
});

test.each([
  // own        raw ws       met
  [[100, 110], [100, 100], true],
  [[90, 95], [100, 100], false],
])('%j against %j clears the bar of 1: %s', (own, raw, isMet) => {
  const samples = new Map([
    ['raw-ws', slices(raw)],
    ['supervised', slices(own)],
  ]);
  expect(judge('echo-1', samples, false).find(({ metric }) => metric === 'perSecond')).toMatchObject({
    isMet,
    limit: 1,
  });
});

test('holds the wider bars of the foundation in a smoke run, and no others', () => {
  const samples = new Map([
    ['raw-ws', slices([100])],
    ['supervised', slices([90])],
  ]);
  const verdicts = judge('echo-1', samples, true);
  expect(verdicts.map(({ metric, isMet }) => [metric, isMet])).toEqual([['perSecond', true]]);
});

test('judges nobody who is missing', () => {
  expect(judge('echo-1', new Map([['raw-ws', slices([100])]]), false)).toEqual([]);
  expect(
    judge(
      'echo-1',
      new Map([
        ['raw-ws', slices([100])],
        ['supervised', []],
      ]),
      false,
    ),
  ).toEqual([]);
});

test('every bar is on a scenario and a metric that there are, and every smoke scenario has a bar', () => {
  const names = scenarios.map(({ name }) => name);
  for (const bar of bars) {
    expect(names).toContain(bar.scenario);
    expect(Object.keys(metrics)).toContain(bar.metric);
  }
  for (const { chart } of scenarios) expect(Object.keys(metrics)).toContain(chart);
  expect(SMOKE.filter((name) => !bars.some(({ scenario, smoke }) => scenario === name && smoke !== undefined))).toEqual(
    [],
  );
});

test('shows figures of raw ws, ratios of others, bars, and that the load was the limit', () => {
  const samples = new Map([
    ['raw-ws', [{ perSecond: 100_000, loadBusy: 0.99 }]],
    ['supervised', [{ perSecond: 125_000, loadBusy: 0.4 }]],
  ]);
  const table = scenarioTable(summarize(ECHO, samples, { metrics, isSmoke: false }));
  expect(table).toContain('100,000/s');
  expect(table).toContain('1.25x (1.25-1.25)');
  expect(table).toContain('met     messages per second against raw-ws: 1.25x, wanted at least 1x');
  expect(table).toContain('the load was the limit for raw-ws;');
});

test('an aim on the figure itself has the unit of the figure', () => {
  const scenario = { name: 'recorded-memory', title: 'memory', chart: 'recordedBytes' };
  const samples = new Map([['supervised', [{ recordedBytes: 312 }]]]);
  const summary = summarize(scenario, samples, { metrics, isSmoke: false });
  expect(scenarioTable(summary)).toContain(
    'MISSED  memory that a recorder takes per idle connection: 312 B, wanted at most 300 B',
  );
  const document = '<!-- figures -->\n<!-- /figures -->';
  const results = { scenarios: [summary], machine: {}, startedAt: '2026-11-29', size: 'full' };
  expect(withFigures(document, results)).toContain(
    '| **memory**: memory that a recorder takes per idle connection |  | 312 B | <= 300 B |',
  );
});

test.each([
  [0.00047, '0.00047'],
  [0, '0.00'],
  [0.123, '0.12'],
  [12.34, '12.3'],
  [1234.5, '1,235'],
  [Number.NaN, '-'],
])('writes %d as %s', (number, expected) => {
  expect(short(number)).toBe(expected);
});

test('draws a bar for each peer, and escapes text', () => {
  const samples = new Map([
    ['raw-ws', slices([100])],
    ['supervised', slices([800])],
    ['socketio', slices([50])],
  ]);
  const svg = ratioPlot({ scenarios: [summarize(ECHO, samples, { metrics, isSmoke: false })], footer: 'here' });
  expect(svg).toContain('echo &lt;1>');
  expect(svg.match(/<rect /g)).toHaveLength(4);
  expect(svg).toContain('8.00x');
  expect(svg).not.toMatch(/NaN|undefined/);
});

test.each([
  [['--peer', 'nginx'], 'There is no peer "nginx"; there are raw-ws, supervised,'],
  [['--scenario', 'echo-1,echo-7'], 'There is no scenario "echo-7"; there are echo-1,'],
  [['--fast'], "Unknown option '--fast'; see --help."],
  [['--json'], "Option '--json <value>' argument missing; see --help."],
  [['stray'], "Unexpected argument 'stray'"],
  [['--quick', '--smoke'], '--quick and --smoke exclude each other.'],
])('answers %j with one sentence', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(UsageError);
  expect(() => readOptions(argv)).toThrow(message);
});

test('raw ws and wirekeeper always take part, scenarios keep their order', () => {
  const options = readOptions(['--peer', 'bun', '--peer', 'gorilla,bun', '--scenario', 'memory,echo-1', '--quick']);
  expect(options.peers).toEqual(['raw-ws', 'supervised', 'bun', 'gorilla']);
  expect(options.scenarios.map(({ name }) => name)).toEqual(['echo-1', 'memory']);
  expect(options.size).toBe('quick');
});

test('flags for Node are taken as they are', () => {
  expect(readOptions(['--node-flag=--max-semi-space-size=1', '--node-flag=--no-opt']).nodeFlags).toEqual([
    '--max-semi-space-size=1',
    '--no-opt',
  ]);
  expect(readOptions([]).nodeFlags).toEqual([]);
});
