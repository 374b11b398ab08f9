// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export { createHeapClock, type HeapClock } from './heap-clock.js';
export type { MemoryLink, MemoryNetwork } from './memory-network.js';
export type { ViolationCode } from './memory-packet.js';
export type { MemorySocket } from './memory-socket.js';
export { createMemoryTransport, type MemoryTransport, type MemoryTransportOptions } from './memory-transport.js';
export type { MemoryWire } from './memory-wire.js';
export { type ModelledSystem, type ModelPath, type ModelStep, type WalkOptions, walkPaths } from './model-kit.js';
export { type PeerBehaviour, ScriptedPeer } from './scripted-peer.js';
export { ScriptedServer, type ScriptedServerOptions } from './scripted-server.js';
export { type TransitionCoverage, transitionCoverage } from './transition-coverage.js';
