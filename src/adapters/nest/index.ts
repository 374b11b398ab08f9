// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export type { GatewayMessage, GatewayOptions, NestAdapterOptions } from './adapter-options.js';
export type { GatewayConnection } from './gateway-client.js';
export type { GatewayServer } from './gateway-server.js';
export { createNestAdapter, type NestAdapter, type NestApplication } from './nest-adapter.js';
