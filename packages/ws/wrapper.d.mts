import type { WebSocketServer } from 'wirekeeper/ws';
import WebSocket from './index.cjs';

export * from 'wirekeeper/ws';
export { WebSocket, WebSocket as default };

export declare const Server: typeof WebSocketServer;
export import AddressInfo = WebSocket.AddressInfo;
export import CertMeta = WebSocket.CertMeta;
export import Data = WebSocket.Data;
export import EventListenerOptions = WebSocket.EventListenerOptions;
export import PerMessageDeflateOptions = WebSocket.PerMessageDeflateOptions;
export import ServerOptions = WebSocket.ServerOptions;
export import VerifyClientCallbackAsync = WebSocket.VerifyClientCallbackAsync;
export import VerifyClientCallbackSync = WebSocket.VerifyClientCallbackSync;
export type Server<Socket = unknown, Request = unknown> = WebSocket.Server<Socket, Request>;
