import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebSocketConnection, type IWebSocket, listen } from 'vscode-ws-jsonrpc';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocket } from 'wirekeeper/ws';
import { type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

/** What its servers give it: the socket as its documentation has it for ws. */
const asItsSocket = (socket: WebSocket): IWebSocket => ({
  send: (content) => socket.send(content),
  onMessage: (listener) => socket.on('message', (data: Buffer) => listener(data.toString())),
  onError: (listener) => socket.on('error', listener),
  onClose: (listener) => socket.on('close', (code, reason) => listener(code, String(reason))),
  dispose: () => socket.close(),
});

const logger = { error() {}, warn() {}, info() {}, log() {} };
let client: Supervisor;
let served: Served;

beforeEach(() => {
  client = createSupervisor();
});
afterEach(async () => {
  await client.stop();
  await served.supervisor.stop();
});

async function start(port = 0): Promise<string> {
  served = await serve({}, port);
  served.server.on('connection', (socket) => {
    const connection = createWebSocketConnection(asItsSocket(socket), logger);
    connection.onRequest('double', async (n: number) => n * (await connection.sendRequest<number>('factor')));
    connection.onRequest('never', () => new Promise(() => {}));
    connection.listen();
  });
  return `ws://127.0.0.1:${served.port}`;
}

interface Dialed {
  readonly connection: ReturnType<typeof createWebSocketConnection>;
  readonly socket: WebSocket;
}

/** A client by its `listen`, which takes the events of the socket as a browser has them. */
const dial = (url: string): Promise<Dialed> =>
  new Promise((resolve) => {
    const socket = new WebSocket(url, { supervisor: client });
    listen({
      webSocket: socket as unknown as globalThis.WebSocket,
      logger,
      onConnection(connection) {
        connection.onRequest('factor', () => 2);
        connection.listen();
        resolve({ connection, socket });
      },
    });
  });

test('both ends call each other; a drain closes the connection, and another one goes on', async () => {
  const url = await start();
  const { connection: first } = await dial(url);
  expect(await first.sendRequest('double', 21)).toBe(42);
  const closed = new Promise<void>((resolve) => first.onClose(resolve));
  const pending = expect(first.sendRequest('never')).rejects.toThrow('disposed');
  await served.drain();
  await closed;
  await pending;
  expect(served.endings()).toEqual([['drained', 1012]]);
  expect(endingsOf(client.endings)).toEqual(['peer-closed 1012']);

  await start(served.port);
  const { connection: second, socket } = await dial(url);
  expect(await second.sendRequest('double', 4)).toBe(8);
  socket.close(1000);
  await expect.poll(() => served.endings()).toHaveLength(1);
  expect(served.endings()).toEqual([['peer-closed', 1000]]);
  served.server.close();
});
