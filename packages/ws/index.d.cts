import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo as NetAddressInfo } from 'node:net';
import type {
  ClientInfo,
  DeflateOptions,
  ClientOptions as OurClientOptions,
  CloseEvent as OurCloseEvent,
  ErrorEvent as OurErrorEvent,
  Event as OurEvent,
  MessageEvent as OurMessageEvent,
  RawData as OurRawData,
  ServerOptions as OurServerOptions,
  WebSocket as OurWebSocket,
  WebSocketServer as OurWebSocketServer,
} from 'wirekeeper/ws' with { 'resolution-mode': 'import' };

declare const WebSocket: typeof OurWebSocket;
type WebSocket = OurWebSocket;

/** The types of `wirekeeper/ws`, by the names that @types/ws has for them. Arguments of types change nothing. */
declare namespace WebSocket {
  type WebSocket = OurWebSocket;
  type Server<_Socket = unknown, _Request = unknown> = OurWebSocketServer;
  type WebSocketServer = OurWebSocketServer;

  type AddressInfo = NetAddressInfo;
  type CertMeta = string | string[] | Buffer | Buffer[];
  type ClientOptions = OurClientOptions;
  type CloseEvent = OurCloseEvent;
  type Data = string | OurRawData;
  type ErrorEvent = OurErrorEvent;
  type Event = OurEvent;
  type EventListenerOptions = NonNullable<Parameters<OurWebSocket['addEventListener']>[2]>;
  type MessageEvent = OurMessageEvent;
  type PerMessageDeflateOptions = DeflateOptions;
  type RawData = OurRawData;
  type ServerOptions<_Socket = unknown, _Request = unknown> = OurServerOptions;
  type VerifyClientCallbackAsync<_Request = IncomingMessage> = (
    info: ClientInfo,
    callback: (isVerified: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders) => void,
  ) => void;
  type VerifyClientCallbackSync<_Request = IncomingMessage> = (info: ClientInfo) => boolean;
}

export = WebSocket;
