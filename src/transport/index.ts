// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export type { EndedBy, Phase, StartedBy, Unconfirmed } from './close-report.js';
export type { DialRequest } from './dial-request.js';
export type { ControlFrame } from './frame.js';
export type { HandshakeResponse, SentFields } from './http-response.js';
export type {
  Acceptor,
  HandshakeRequest,
  HttpAnswer,
  ListenTarget,
  Transport,
  Upgrade,
  UpgradeServer,
  Wire,
  WireOptions,
} from './transport.js';
export type {
  Allowance,
  Fate,
  Reading,
  WireAllowanceSpent,
  WireClosed,
  WireClosing,
  WireEnd,
  WireEndKind,
  WireFact,
  WireFailed,
  WireFault,
  WireLifeFact,
  WireOpened,
  WirePartRead,
} from './wire-fact.js';
export { releaseUpgrade } from './ws/pending-upgrade.js';
export { takeUpgrades, type UpgradeTaker } from './ws/take-upgrades.js';
export { createWsTransport, type WsTransportOptions } from './ws/transport.js';
