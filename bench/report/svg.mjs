import { BASELINE } from '../run/peers.mjs';
import { short } from './table.mjs';

const WIDTH = 860;
const LABELS = 170;
const FIGURES = 70;
const BAR = 16;
const GAP = 5;
const TITLE = 40;
const MARGIN = 16;
/** Ratios beyond these are drawn at the edge, or one of them would flatten all others. */
const LEAST_SHOWN = 0.05;
const GREATEST_SHOWN = 30;
const COLORS = { supervised: '#2563eb', [BASELINE]: '#6b7280' };
const OTHERS = '#9ca3af';

/**
 * Draws one group of horizontal bars per scenario: ratios to raw ws on a logarithmic scale, whose line at 1 is raw ws.
 *
 * @param {{ scenarios: readonly object[], footer: string }} results
 */
export function ratioPlot({ scenarios, footer }) {
  const groups = scenarios.map(groupOf).filter(({ bars }) => bars.length > 0);
  const values = groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio));
  const scale = logScale(
    Math.max(LEAST_SHOWN, Math.min(0.5, ...values)),
    Math.min(GREATEST_SHOWN, Math.max(2, ...values)),
  );
  let y = MARGIN;
  const parts = [];
  for (const group of groups) {
    parts.push(drawGroup(group, y, scale));
    y += TITLE + group.bars.length * (BAR + GAP) + MARGIN;
  }
  parts.push(text(MARGIN, y + 6, footer, 'font-size="11" fill="#6b7280"'));
  const height = y + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function groupOf(scenario) {
  const metric = scenario.metrics.find(({ key }) => key === scenario.chart);
  const bars = Object.entries(metric?.peers ?? {})
    .filter(([, figures]) => Number.isFinite(figures.ratio?.median) && figures.ratio.median > 0)
    .map(([peer, figures]) => ({ peer, ratio: figures.ratio.median }));
  return {
    title: scenario.title,
    axis: metric && `${metric.title}, ${metric.isBetter} is better, ${BASELINE} = 1`,
    bars,
  };
}

/** Maps a ratio to a place between the labels and the figures. */
function logScale(least, greatest) {
  const from = Math.log(least);
  const width = WIDTH - LABELS - FIGURES - 2 * MARGIN;
  return (ratio) =>
    LABELS +
    MARGIN +
    ((Math.log(Math.min(greatest, Math.max(least, ratio))) - from) / (Math.log(greatest) - from)) * width;
}

function drawGroup({ title, axis, bars }, top, scale) {
  const one = scale(1);
  const rows = bars.map(({ peer, ratio }, at) => {
    const y = top + TITLE + at * (BAR + GAP);
    const end = scale(ratio);
    const left = Math.min(one, end);
    return [
      text(LABELS, y + BAR - 4, peer, 'text-anchor="end" fill="#111827"'),
      `<rect x="${round(left)}" y="${y}" width="${round(Math.max(1, Math.abs(end - one)))}" height="${BAR}" rx="2" fill="${COLORS[peer] ?? OTHERS}"/>`,
      text(round(Math.max(one, end)) + 6, y + BAR - 4, `${short(ratio)}x`, 'fill="#111827"'),
    ].join('\n');
  });
  const bottom = top + TITLE + bars.length * (BAR + GAP);
  return [
    text(MARGIN, top + 14, title, 'font-weight="600" fill="#111827"'),
    text(MARGIN, top + 30, axis, 'font-size="11" fill="#6b7280"'),
    `<line x1="${round(one)}" y1="${top + TITLE - 4}" x2="${round(one)}" y2="${bottom}" stroke="#d1d5db"/>`,
    ...rows,
  ].join('\n');
}

function text(x, y, content, attributes) {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}
