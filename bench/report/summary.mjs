import { BASELINE } from '../run/peers.mjs';
import { judge } from './bars.mjs';
import { ratios, spread } from './statistics.mjs';

/** Near 1 the load is what limits: the ratio of throughputs is then nearer to 1 than the servers are. */
const LOAD_IS_BUSY = 0.95;

/**
 * Turns the slices of one scenario into medians with spread, ratios to raw ws, and verdicts.
 *
 * @param {{ name: string, title: string, chart: string }} scenario
 * @param {Map<string, Record<string, number>[]>} samples
 * @param {{ metrics: Readonly<Record<string, { title: string, unit: string, isBetter: string }>>, isSmoke: boolean }}
 * context
 */
export function summarize({ name, title, chart }, samples, { metrics, isSmoke }) {
  const peers = [...samples].filter(([, slices]) => slices.length > 0);
  const baseline = samples.get(BASELINE) ?? [];
  const measured = Object.keys(metrics).filter((key) => peers.some(([, slices]) => slices[0][key] !== undefined));
  return {
    name,
    title,
    chart,
    metrics: measured.map((key) => ({
      key,
      ...metrics[key],
      peers: Object.fromEntries(peers.flatMap(([peer, slices]) => figuresOf(key, peer, slices, baseline))),
    })),
    bars: judge(name, samples, isSmoke),
    loadBound: peers
      .filter(([, slices]) => spread(slices.map(({ loadBusy = 0 }) => loadBusy)).median >= LOAD_IS_BUSY)
      .map(([peer]) => peer),
    slices: Object.fromEntries(peers),
  };
}

function figuresOf(key, peer, slices, baseline) {
  const numbers = slices.map((slice) => slice[key]);
  if (numbers[0] === undefined) return [];
  const others = baseline.map((slice) => slice[key]);
  return [
    [peer, { ...spread(numbers), ...(others[0] === undefined ? {} : { ratio: spread(ratios(numbers, others)) }) }],
  ];
}
