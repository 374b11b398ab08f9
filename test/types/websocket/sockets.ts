/** What libraries and programs may do with the W3C class. Only compiled: against the source, and the packed package. */
import { type Connection, createSupervisor, defaultRetry } from 'wirekeeper';
import {
  asWebSocket,
  type CloseEvent,
  createWebSocketClass,
  type ErrorEvent,
  type RedialEvent,
  WebSocket,
  type WebSocketClassOptions,
} from 'wirekeeper/websocket';

const show = (..._values: readonly unknown[]) => {};

/** Its sockets stand where those of the runtime do, whether the types are Node's or the DOM's. */
export const implementation: new (url: string | URL, protocols?: string | string[]) => globalThis.WebSocket = WebSocket;
export const asGlobal: globalThis.WebSocket = new WebSocket('ws://example.com/');

export function assign(): void {
  globalThis.WebSocket = WebSocket;
  globalThis.WebSocket = createWebSocketClass({ liveness: { pingEveryMs: 10_000 } });
}

export const options: WebSocketClassOptions = {
  supervisor: createSupervisor(),
  retry: defaultRetry,
  headers: async ({ refresh }) => ({ authorization: `Bearer ${refresh}` }),
  limits: { maxPayloadBytes: 1024 },
};

export function use(connection: Connection): string | undefined {
  const socket: WebSocket = asWebSocket(connection);
  socket.onmessage = ({ data }) => show(data);
  socket.onclose = null;
  socket.onerror = ({ error, message }: ErrorEvent) => show(error, message);
  socket.addEventListener('close', (event) => {
    const { code, reason, wasClean }: CloseEvent = event;
    show(code, reason, wasClean);
  });
  socket.addEventListener('redial', (event) => {
    const { report, delayMs }: RedialEvent = event;
    show(report.trigger, delayMs);
  });
  socket.addEventListener('message', { handleEvent: (event: Event) => show(event.type) }, { once: true });
  socket.binaryType = 'arraybuffer';
  socket.send(new Blob(['blob']));
  socket.send(new Uint8Array(1));
  const state: 0 | 1 | 2 | 3 = socket.readyState;
  show(state === WebSocket.OPEN, socket.CLOSED === 3);
  // @ts-expect-error the specification has no such type
  socket.binaryType = 'nodebuffer';
  // @ts-expect-error the state cannot be set
  socket.readyState = 1;
  // @ts-expect-error a number is no message
  socket.send(1);
  // @ts-expect-error a policy is a function
  createWebSocketClass({ retry: true });
  return socket.report?.trigger;
}
