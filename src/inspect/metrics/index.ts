// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export { collectMetrics } from './collect-metrics.js';
export type { MetricsOptions } from './metrics-options.js';
