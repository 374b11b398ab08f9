import { BASELINE } from '../run/peers.mjs';
import { median, ratios } from './statistics.mjs';

/** Of a client that receives: rates of both of its styles. */
const received = (scenario, iterated, pushed, smoke) => [
  { scenario, metric: 'iteratedPerSecond', against: BASELINE, atLeast: iterated },
  { scenario, metric: 'pushedPerSecond', against: BASELINE, atLeast: pushed },
  // Processor time swings less than a rate does.
  ...(smoke === undefined ? [] : [{ scenario, metric: 'pushedCpuUs', against: BASELINE, atMost: 1, smoke }]),
];

/** The aims of a client that receives, by the size of what it is sent; `full`: in a process with other live heap. */
const receivedIn = (prefix) => [
  ...['', '-full'].flatMap((full) => [
    ...received(`${prefix}-100${full}`, 1.3, 1.6),
    ...received(`${prefix}-2k${full}`, 1.1, 1.1, full === '' ? 3 : undefined),
    ...received(`${prefix}-200k${full}`, full === '' ? 1 : 1.1, full === '' ? 1 : 1.1, full === '' ? undefined : 3),
  ]),
];

/** Echoes over TLS, whether something else lives in the process or not. */
const echoOverTls = ['', '-full'].flatMap((full) => [
  { scenario: `echo-tls-1${full}`, metric: 'perSecond', against: BASELINE, atLeast: 1 },
  { scenario: `echo-tls-1${full}`, metric: 'p99Us', against: BASELINE, atMost: 1.1 },
  { scenario: `echo-tls-32${full}`, metric: 'perSecond', against: BASELINE, atLeast: 5 },
  { scenario: `echo-tls-16k${full}`, metric: 'perSecond', against: BASELINE, atLeast: 1.3 },
  { scenario: `echo-tls-16k${full}`, metric: 'p99Us', against: BASELINE, atMost: 1.1 },
]);

/**
 * The bars of DESIGN section 7. A bar is on the ratio to a peer, or on the figure itself (`against: undefined`).
 *
 * `smoke` is what `--smoke` holds instead: the foundation's bar, wider by what a busy machine does to a short run.
 *
 * @type {readonly { scenario: string, metric: string, against: string | undefined, atLeast?: number, atMost?: number,
 * smoke?: number }[]}
 */
export const bars = Object.freeze([
  { scenario: 'echo-1', metric: 'perSecond', against: BASELINE, atLeast: 1, smoke: 0.8 },
  { scenario: 'echo-1', metric: 'p99Us', against: BASELINE, atMost: 1.1 },
  { scenario: 'echo-32', metric: 'perSecond', against: BASELINE, atLeast: 8, smoke: 4.5 },
  { scenario: 'echo-32', metric: 'perSecond', against: 'gorilla', atLeast: 5 },
  { scenario: 'echo-16k', metric: 'perSecond', against: BASELINE, atLeast: 3 },
  { scenario: 'echo-16k', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1.1 },
  { scenario: 'echo-16k-1', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1 },
  { scenario: 'echo-16k-32', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1.1 },
  { scenario: 'echo-64k', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1.1 },
  { scenario: 'echo-64k-full', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1.1 },
  { scenario: 'echo-64k-full', metric: 'cpuUsPerMessage', against: BASELINE, atMost: 1, smoke: 2 },
  { scenario: 'echo-256k', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1 },
  { scenario: 'echo-256k-full', metric: 'perSecond', against: 'raw-ws-bufferutil', atLeast: 1 },
  ...echoOverTls,
  { scenario: 'echo-tls-1', metric: 'cpuUsPerMessage', against: BASELINE, atMost: 1, smoke: 3 },
  ...receivedIn('receive'),
  ...receivedIn('receive-tls'),
  { scenario: 'start', metric: 'importMs', against: BASELINE, atMost: 1.4 },
  { scenario: 'start', metric: 'importedHeapMB', against: undefined, atMost: 2, smoke: 4 },
  { scenario: 'start', metric: 'idleRssMiB', against: BASELINE, atMost: 1.1 },
  { scenario: 'echo-deflate', metric: 'perSecond', against: BASELINE, atLeast: 1 },
  { scenario: 'paced', metric: 'p99Us', against: BASELINE, atMost: 1.1 },
  { scenario: 'accept', metric: 'cpuUsPerAccept', against: BASELINE, atMost: 1.1 },
  { scenario: 'memory', metric: 'rssKbPerConnection', against: BASELINE, atMost: 1, smoke: 1.4 },
  { scenario: 'memory', metric: 'liveKbPerConnection', against: BASELINE, atMost: 1, smoke: 1.4 },
  { scenario: 'broadcast-1000', metric: 'singleCpuUs', against: BASELINE, atMost: 0.85 },
  { scenario: 'broadcast-1000', metric: 'burstCpuUs', against: BASELINE, atMost: 0.12 },
  { scenario: 'fairness', metric: 'besideTimesAlone', against: undefined, atMost: 2 },
  { scenario: 'scale', metric: 'openGrowth', against: undefined, atMost: 1.2 },
  { scenario: 'scale', metric: 'dropGrowth', against: undefined, atMost: 1.2 },
  { scenario: 'in-memory', metric: 'startGrowth', against: undefined, atMost: 1.2, smoke: 1.6 },
  { scenario: 'in-memory', metric: 'stopGrowth', against: undefined, atMost: 1.2, smoke: 1.6 },
  { scenario: 'in-memory', metric: 'sweepGrowth', against: undefined, atMost: 1.2 },
  { scenario: 'viewed', metric: 'viewedShare', against: undefined, atLeast: 0.95 },
  { scenario: 'recorded-1', metric: 'recordedShare', against: undefined, atLeast: 0.97 },
  { scenario: 'recorded-32', metric: 'recordedShare', against: undefined, atLeast: 0.97 },
  ...['cluster', 'cluster-history'].flatMap((scenario) => [
    { scenario, metric: 'manyCpuUsPerDelivery', against: undefined, atMost: 7 },
    // A message by itself is a write for each member, which takes ws by hand 5 to 11 us: what a machine takes for it.
    { scenario, metric: 'cpuUsPerDelivery', against: BASELINE, atMost: 1.3 },
    { scenario, metric: 'deliveriesPerSecond', against: 'socketio', atLeast: 5 },
    { scenario, metric: 'p99Us', against: 'socketio', atMost: 1 },
  ]),
  { scenario: 'recorded-memory', metric: 'recordedBytes', against: undefined, atMost: 300 },
]);

/** Who has to clear them. */
export const JUDGED = 'supervised';

/**
 * Holds the bars of one scenario against its slices.
 *
 * @param {string} scenario
 * @param {Map<string, Record<string, number>[]>} samples
 * @param {boolean} isSmoke
 * @returns {{ metric: string, against: string | undefined, value: number, limit: number, direction: 'at least' | 'at
 * most', isMet: boolean }[]}
 */
export function judge(scenario, samples, isSmoke) {
  return bars
    .filter((bar) => bar.scenario === scenario && (!isSmoke || bar.smoke !== undefined))
    .map((bar) => verdictOn(bar, samples, isSmoke))
    .filter((verdict) => verdict !== undefined);
}

function verdictOn({ metric, against, atLeast, atMost, smoke }, samples, isSmoke) {
  const own = samples.get(JUDGED)?.map((sample) => sample[metric]);
  const others = against === undefined ? undefined : samples.get(against)?.map((sample) => sample[metric]);
  if (own === undefined || own.length === 0 || (against !== undefined && others === undefined)) return undefined;
  const value = median(others === undefined ? own : ratios(own, others));
  const limit = isSmoke ? smoke : (atLeast ?? atMost);
  const isMet = atLeast === undefined ? value <= limit : value >= limit;
  return { metric, against, value, limit, direction: atLeast === undefined ? 'at most' : 'at least', isMet };
}
