// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export { type RedisBrokerOptions, redisBroker } from './redis-broker.js';
