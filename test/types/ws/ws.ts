/** A program that uses ws's classes from wirekeeper: what its listeners get is known. */
import type { CloseReport } from 'wirekeeper';
import ws, {
  createWebSocketStream,
  Server,
  sharedSupervisor,
  shareSupervisor,
  WebSocket,
  WebSocketServer,
} from 'wirekeeper/ws';

const server = new WebSocketServer({ port: 0, path: '/x', maxPayload: 1024, liveness: false });
server.on('connection', (socket, request) => {
  const state: 0 | 1 | 2 | 3 = socket.readyState;
  const url: string | undefined = request.url;
  socket.on('message', (data, isBinary) => {
    const bytes: Buffer | ArrayBuffer | Buffer[] = data;
    socket.send(bytes, { binary: isBinary }, (error) => error?.message);
  });
  socket.once('close', (code: number, reason: Buffer) => [code, reason, state, url]);
  socket.on('of one’s own', (...args) => args);
  const report: CloseReport | undefined = socket.report;
  void report;
});

const client = new WebSocket('ws://localhost', ['chat'], { handshakeTimeout: 1000, headers: { a: '1' } });
client.onmessage = ({ data }) => data;
client.addEventListener('close', ({ code, wasClean }) => [code, wasClean]);
client.binaryType = 'arraybuffer';
// @ts-expect-error it is a state, not a text
const text: string = client.readyState;
void text;
createWebSocketStream(client).pipe(process.stdout);
new ws.Server({ noServer: true }).close((error) => error?.message);
new Server({ noServer: true }).close();
shareSupervisor(sharedSupervisor());
