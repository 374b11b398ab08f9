import { BASELINE, peers } from '../run/peers.mjs';
import { bars, JUDGED } from './bars.mjs';
import { ratioPlot } from './svg.mjs';
import { short } from './table.mjs';

const BEGIN = '<!-- figures -->';
const END = '<!-- /figures -->';

/** What README.md shows: for each scenario one metric, in words that need no method. */
const SUMMARY = [
  { scenario: 'echo-1', metric: 'perSecond', says: 'echoes per second, one message in flight' },
  { scenario: 'echo-32', metric: 'perSecond', says: 'echoes per second, 32 in flight' },
  { scenario: 'echo-16k', metric: 'perSecond', says: 'echoes of 16 KiB per second, 4 in flight' },
  { scenario: 'echo-deflate', metric: 'perSecond', says: 'compressed echoes of 2 KiB per second' },
  { scenario: 'broadcast-1000', metric: 'singleCpuUs', says: 'CPU per delivery of a broadcast to 1,000' },
  { scenario: 'accept', metric: 'cpuUsPerAccept', says: 'CPU per connection opened and closed' },
  { scenario: 'memory', metric: 'rssKbPerConnection', says: 'memory per idle connection' },
  { scenario: 'mass-disconnect', metric: 'cpuUsPerDrop', says: 'CPU per connection lost, all at once' },
];
const SUMMARY_PEERS = ['socketio', 'bun', 'gorilla'];

/** What is drawn together. Whatever is named nowhere else is in the last. */
const PLOTS = [
  { file: 'performance-echo.svg', holds: ({ name }) => name.startsWith('echo') || name === 'paced' },
  { file: 'performance-broadcast.svg', holds: ({ name }) => name.startsWith('broadcast') },
  { file: 'performance-connections.svg', holds: () => true },
];

/** Shown beside what is drawn, and what has an aim. */
const ALSO = new Set([
  'p99Us',
  'burstCpuUs',
  'blockMs',
  'liveKbPerConnection',
  'muteReaderKiB',
  'stopGrowth',
  'sweepGrowth',
]);

/** Results without the single slices, as they are stored with the documents. */
export function published(results) {
  return { ...results, scenarios: results.scenarios.map(({ slices: _slices, ...scenario }) => scenario) };
}

/** Results with the scenarios that a later run has measured again, and those that it alone has. */
export function merged(results, later) {
  const scenarios = new Map([...results.scenarios, ...later.scenarios].map((scenario) => [scenario.name, scenario]));
  return { ...results, scenarios: [...scenarios.values()] };
}

/** The plots of some results: what each file is to hold. */
export function plotsOf({ scenarios, machine, startedAt }) {
  const footer = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt.slice(0, 10)}`;
  let left = scenarios;
  return PLOTS.map(({ file, holds }) => {
    const drawn = left.filter(holds);
    left = left.filter((scenario) => !drawn.includes(scenario));
    return { file, svg: ratioPlot({ scenarios: drawn, footer }) };
  });
}

/** A document with the results' table between its markers. */
export function withFigures(document, results) {
  return between(document, tableOf(results));
}

/** A document with the few figures that README.md shows between its markers. */
export function withSummary(document, results) {
  return between(document, summaryOf(results));
}

function between(document, table) {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the document has no ${BEGIN} and ${END}`);
  return `${document.slice(0, from)}${BEGIN}\n\n${table}\n\n${document.slice(to)}`;
}

function summaryOf({ scenarios }) {
  const shown = [BASELINE, JUDGED, ...SUMMARY_PEERS];
  const rows = SUMMARY.map(({ scenario, metric: key, says }) => {
    const { metrics } = scenarios.find(({ name }) => name === scenario);
    const metric = metrics.find((other) => other.key === key);
    const ratios = shown.slice(1).map((name) => ratio(metric.peers[name], metric, false));
    return line([says, figure(metric.peers[BASELINE], metric), ...ratios]);
  });
  const head = ['', ...shown.map((name) => peers[name].title)];
  return [line(head), line(head.map((_name, column) => (column === 0 ? '---' : '---:'))), ...rows].join('\n');
}

function tableOf({ scenarios, machine, startedAt, size }) {
  const others = Object.keys(peers).filter(
    (name) =>
      name !== BASELINE &&
      name !== JUDGED &&
      scenarios.some(({ metrics }) => metrics.some((metric) => metric.peers[name])),
  );
  const head = ['', BASELINE, JUDGED, 'aim', ...others].map((name) =>
    name === '' || name === 'aim' ? name : peers[name].title,
  );
  return [
    `Measured ${startedAt.slice(0, 10)} (${size} run) on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}.`,
    '',
    line(head),
    line(head.map((_name, column) => (column === 0 ? '---' : '---:'))),
    ...scenarios.flatMap((scenario) => rowsOf(scenario, others)),
  ].join('\n');
}

function rowsOf(scenario, others) {
  const aimedAt = new Set(bars.filter((bar) => bar.scenario === scenario.name).map(({ metric }) => metric));
  const shown = scenario.metrics.filter(({ key }) => key === scenario.chart || aimedAt.has(key) || ALSO.has(key));
  return shown.map((metric, row) =>
    line([
      `${row === 0 ? `**${scenario.title}**: ` : ''}${metric.title}`,
      figure(metric.peers[BASELINE], metric),
      ratio(metric.peers[JUDGED], metric, true),
      aimOf(scenario.name, metric),
      ...others.map((name) => ratio(metric.peers[name], metric, false)),
    ]),
  );
}

function aimOf(scenario, { key, unit }) {
  return bars
    .filter((bar) => bar.scenario === scenario && bar.metric === key)
    .map(({ against, atLeast, atMost }) => {
      const what = against === undefined || against === BASELINE ? '' : ` of ${peers[against].title}`;
      const limit = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
      return `${limit}${against === undefined && unit !== 'x' ? ` ${unit}` : 'x'}${what}`;
    })
    .join(', ');
}

function figure(figures, { unit }) {
  return figures === undefined
    ? ''
    : `${short(figures.median)}${unit === 'x' || unit.startsWith('/') ? '' : ' '}${unit}`;
}

/** The ratio to ws by hand, or the figure itself where there is none. */
function ratio(figures, metric, withSpread) {
  if (figures?.ratio === undefined || metric.unit === 'x') return figure(figures, metric);
  const { median, least, greatest } = figures.ratio;
  return withSpread ? `${short(median)}x (${short(least)} to ${short(greatest)})` : `${short(median)}x`;
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}
