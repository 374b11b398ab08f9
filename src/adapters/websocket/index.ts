// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export { asWebSocket } from './as-web-socket.js';
export { createWebSocketClass, type WebSocketClassOptions } from './create-web-socket-class.js';
export { CloseEvent, ErrorEvent, RedialEvent, type WebSocketEventMap } from './events.js';
export { WebSocket } from './web-socket.js';
export type { WebSocketInit } from './web-socket-init.js';
