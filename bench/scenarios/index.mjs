import { accept } from './accept.mjs';
import { backpressureScenarios } from './backpressure.mjs';
import { broadcastScenarios } from './broadcast.mjs';
import { clusterScenarios } from './cluster.mjs';
import { echoScenarios } from './echo.mjs';
import { fairness } from './fairness.mjs';
import { inMemory } from './in-memory.mjs';
import { massDisconnect } from './mass-disconnect.mjs';
import { memory } from './memory.mjs';
import { receiveScenarios } from './receive.mjs';
import { recordedScenarios } from './recorded.mjs';
import { scale } from './scale.mjs';
import { startScenarios } from './start.mjs';
import { viewed } from './viewed.mjs';

/**
 * A scenario runs all peers that know its mode and gives their slices, by peer; `chart` is the metric shown in the
 * plot.
 *
 * @type {readonly { name: string, title: string, chart: string, run: (bench: import('../run/bench.mjs').Bench) =>
 * Promise<Map<string, Record<string, number>[]>> }[]}
 */
export const scenarios = [
  ...echoScenarios,
  accept,
  memory,
  ...broadcastScenarios,
  massDisconnect,
  fairness,
  ...backpressureScenarios,
  scale,
  inMemory,
  viewed,
  ...recordedScenarios,
  ...receiveScenarios,
  ...startScenarios,
  ...clusterScenarios,
];

/** What `--smoke` runs: the first bars, and one of each other kind of connection, in a few seconds each. */
export const SMOKE = ['echo-1', 'echo-32', 'memory', 'in-memory', 'receive-2k', 'echo-tls-1', 'start'];
