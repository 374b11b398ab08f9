// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export {
  type ActorConnection,
  type ActorHandlerEvent,
  type ActorHandlerOptions,
  actorHandler,
  type ConnectionDrainingEvent,
  type ConnectionEndedEvent,
  type FrameEvent,
} from './actor/actor-handler.js';
export type { ActorInspector } from './actor/contained-inspector.js';
export { type ConnectionEffect, type ConnectionEvent, connectionMachine } from './connection-machine.js';
export { toMermaid } from './diagram/mermaid.js';
export { type DialerEffect, type DialerEvent, dialerMachine } from './dialer-machine.js';
export type { MachineState, Step } from './machine-state.js';
export { createStepper, type Stepper } from './stepper.js';
export { type SupervisorEffect, type SupervisorMachineEvent, supervisorMachine } from './supervisor-machine.js';
