import { sharedSupervisor, shareSupervisor } from './shared-supervisor.js';
import { createWebSocketStream } from './stream.js';
import { WebSocket as Socket } from './web-socket.js';
import { WebSocketServer } from './web-socket-server.js';

/** The older name of `WebSocketServer`. */
export const Server = WebSocketServer;
export type Server = WebSocketServer;

/** The class of sockets with the rest of ws as static members: `require('wirekeeper/ws')` returns it. */
export const WebSocket = Object.assign(Socket, {
  WebSocket: Socket,
  Server: WebSocketServer,
  WebSocketServer,
  createWebSocketStream,
  sharedSupervisor,
  shareSupervisor,
});

export type WebSocket = Socket;
