import { BASELINE } from '../run/peers.mjs';

/** One scenario as readable text: figures of raw ws, ratios of the other contestants, then the bars. */
export function scenarioTable(scenario) {
  const peers = [...new Set(scenario.metrics.flatMap(({ peers: figures }) => Object.keys(figures)))];
  const others = peers.filter((peer) => peer !== BASELINE);
  const head = ['', BASELINE, ...others];
  const rows = scenario.metrics.map((metric) => [
    metric.title,
    withUnit(metric.peers[BASELINE]?.median, metric.unit),
    ...others.map((peer) => cell(metric.peers[peer], metric.unit)),
  ]);
  return [
    `${scenario.name}: ${scenario.title}`,
    ...aligned([head, ...rows]).map((line) => `  ${line}`),
    ...scenario.bars.map((bar) => `  ${barLine(bar, scenario.metrics)}`),
    ...(scenario.loadBound.length === 0
      ? []
      : [
          `  note: the load was the limit for ${scenario.loadBound.join(', ')}; the servers may differ more than shown`,
        ]),
  ].join('\n');
}

/** `1.02x (0.98-1.05)`, or the figure itself where there is nothing to compare it with. */
function cell(figures, unit) {
  if (figures === undefined) return '';
  if (figures.ratio === undefined) return withUnit(figures.median, unit);
  const { median, least, greatest } = figures.ratio;
  return `${short(median)}x (${short(least)}-${short(greatest)})`;
}

function barLine({ metric, against, value, limit, direction, isMet }, metrics) {
  const { title, unit } = metrics.find(({ key }) => key === metric) ?? { title: metric, unit: 'x' };
  const figure = (text) => `${text}${against === undefined && unit !== 'x' ? ` ${unit}` : 'x'}`;
  const versus = against === undefined ? '' : ` against ${against}`;
  const wanted = `wanted ${direction} ${figure(limit)}`;
  return `${isMet ? 'met   ' : 'MISSED'}  ${title}${versus}: ${figure(short(value))}, ${wanted}`;
}

/** Two or three significant digits, with separators between thousands. */
export function short(number) {
  if (number === undefined || !Number.isFinite(number)) return '-';
  if (number !== 0 && Math.abs(number) < 0.01) return number.toPrecision(2);
  if (Math.abs(number) >= 100) return Math.round(number).toLocaleString('en');
  return number.toFixed(Math.abs(number) >= 10 ? 1 : 2);
}

function withUnit(number, unit) {
  return number === undefined ? '' : `${short(number)}${unit.startsWith('/') || unit === 'x' ? '' : ' '}${unit}`;
}

function aligned(rows) {
  const widths = rows[0].map((_cell, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
