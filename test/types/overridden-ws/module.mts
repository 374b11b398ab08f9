/** A module that imports ws, written for @types/ws, where @wirekeeper/ws has taken its place. */
import type { CloseReport } from 'wirekeeper';
import WebSocket, {
  type AddressInfo,
  type CertMeta,
  type ClientOptions,
  type CloseEvent,
  createWebSocketStream,
  type Data,
  type ErrorEvent,
  type Event,
  type EventListenerOptions,
  type MessageEvent,
  type PerMessageDeflateOptions,
  type RawData,
  Server,
  type ServerOptions,
  sharedSupervisor,
  shareSupervisor,
  type VerifyClientCallbackAsync,
  type VerifyClientCallbackSync,
  WebSocketServer,
} from 'ws';

const deflate: PerMessageDeflateOptions = { threshold: 10 };
const sync: VerifyClientCallbackSync = ({ origin, secure, req }) => secure && origin === req.url;
const async: VerifyClientCallbackAsync = (_info, done) => done(false, 401, 'no', { 'x-why': 'no' });
const options: ServerOptions<typeof WebSocket> = { noServer: true, verifyClient: sync, perMessageDeflate: deflate };
const server: Server<typeof WebSocket> = new WebSocketServer({ ...options, verifyClient: async });
const address: AddressInfo | string | null = new Server({ port: 0 }).address();
const clients: Set<WebSocket> = server.clients;

server.on('connection', (socket: WebSocket, request) => {
  socket.on('message', (data: RawData, isBinary: boolean) => socket.send(data, { binary: isBinary }));
  const report: CloseReport | undefined = socket.report;
  void [report, request.url];
});

class Own extends WebSocket {}
const given: ClientOptions = { headers: { a: '1' }, maxPayload: 1_000 };
const client: WebSocket = new Own('ws://localhost', ['chat'], given);
const once: EventListenerOptions = { once: true };
client.addEventListener('message', ({ data }: MessageEvent) => client.send(data), once);
client.onclose = ({ code, wasClean }: CloseEvent) => [code, wasClean];
client.onerror = ({ message }: ErrorEvent) => message;
client.onopen = ({ type }: Event) => type;
createWebSocketStream(client).pipe(process.stdout);
shareSupervisor(sharedSupervisor());

const certificate: CertMeta = 'text';
const data: WebSocket.Data = 'text';
const same: Data = data;
const state: 0 | 1 | 2 | 3 = WebSocket.OPEN;
// @ts-expect-error it is a TypeError
new WebSocket('ws://localhost', { finishRequest: () => {} });
// @ts-expect-error it has no effect
void ({ concurrencyLimit: 10 } satisfies PerMessageDeflateOptions);
void [address, clients, certificate, same, state];
