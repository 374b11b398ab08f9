// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export { createDashboard, type Dashboard } from './create-dashboard.js';
export type { DashboardAction, DashboardOptions } from './options.js';
export type { ClusterToShow } from './shown/cluster.js';
