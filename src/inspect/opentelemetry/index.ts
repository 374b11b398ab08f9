// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export { traceConnections } from './trace-connections.js';
export type { TraceOptions } from './trace-options.js';
