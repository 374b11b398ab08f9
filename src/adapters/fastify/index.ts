// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export { fastifyWirekeeper } from './plugin.js';
export type { FastifyWirekeeperOptions, GrantOfRoute, WebSocketRouteOptions } from './plugin-options.js';
export type { WebSocketHandler } from './route-types.js';
