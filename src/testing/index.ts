// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export { createHeapClock, type HeapClock } from './heap-clock.js';
export {
  type BrokerDelivery,
  createMemoryBroker,
  type DeliveryFate,
  type MemoryBroker,
  type MemoryBrokerOptions,
} from './memory-broker.js';
export type { MemoryLink, MemoryNetwork } from './memory-network.js';
export type { ViolationCode } from './memory-packet.js';
export type { MemorySocket } from './memory-socket.js';
export { createMemoryTransport, type MemoryTransport, type MemoryTransportOptions } from './memory-transport.js';
export type { MemoryWire } from './memory-wire.js';
export type { CoverageKind, CoverageOf, FullCoverage, ModelCoverage } from './model/coverage.js';
export { createTestModel } from './model/create-test-model.js';
export type {
  ActorEvent,
  Driver,
  DriverRun,
  EventExecutor,
  EventExecutors,
  ModelEvent,
  ModelState,
  ModelStep,
  StateChecks,
  TimeEvent,
} from './model/driver.js';
export { ModelTestError } from './model/model-test-error.js';
export type {
  EventsOf,
  PathOptions,
  PayloadArbitrary,
  ShortestPathOptions,
  TestModel,
  TestModelOptions,
  TestPath,
  WalkOptions,
  WalkReport,
} from './model/test-model.js';
export { type PeerBehaviour, ScriptedPeer } from './scripted-peer.js';
export { ScriptedServer, type ScriptedServerOptions } from './scripted-server.js';
