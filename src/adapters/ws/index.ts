// Brings Node's types to programs that compile against ours: see ../../index.ts.
/// <reference types="node" preserve="true" />

export type { CommonOptions, DeflateOptions } from './common-options.js';
export type { ClientOptions } from './dial-settings.js';
export type { UnexpectedResponse } from './endings.js';
export type { UpgradeResponse, WebSocketEvents } from './event-side.js';
export type { CloseEvent, ErrorEvent, Event, MessageEvent } from './events.js';
// biome-ignore lint/style/noDefaultExport: ws has one; `require` returns the export `module.exports`.
export { Server, WebSocket, WebSocket as default, WebSocket as 'module.exports' } from './main.js';
export type { BinaryType, RawData } from './message-data.js';
export type { SendCallback, SendOptions } from './outgoing.js';
export type { ClientInfo, ServerOptions, VerifyClient } from './server-options.js';
export { sharedSupervisor, shareSupervisor } from './shared-supervisor.js';
export { createWebSocketStream } from './stream.js';
export {
  type UpgradeCallback,
  WebSocketServer,
  type WebSocketServerEvents,
} from './web-socket-server.js';
