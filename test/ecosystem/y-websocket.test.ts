import { docs, setupWSConnection } from '@y/websocket-server/utils';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'wirekeeper/ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { type Served, serve } from './served.js';

let served: Served;
const providers: WebsocketProvider[] = [];

afterEach(async () => {
  leave();
  await served.supervisor.stop();
  forget();
});

/** Ends the clients, with their timers. */
function leave(): void {
  for (const provider of providers.splice(0)) {
    provider.destroy();
    provider.doc.destroy();
  }
}

/** Forgets the server's documents, as a restart does. */
function forget(): void {
  for (const doc of docs.values()) doc.destroy();
  docs.clear();
}

async function start(port = 0): Promise<void> {
  served = await serve({}, port);
  served.server.on('connection', (socket, request) => setupWSConnection(socket, request));
}

function join(port: number): Y.Doc {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`ws://127.0.0.1:${port}`, 'room', doc, {
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
    maxBackoffTime: 50,
  });
  providers.push(provider);
  return doc;
}

test('documents of y-websocket stay the same on both sides, also across a drain', async () => {
  await start();
  const { port } = served;
  const [one, other] = [join(port), join(port)];
  one.getText('text').insert(0, 'hello');
  await expect.poll(() => other.getText('text').toJSON()).toBe('hello');

  await served.drain();
  expect(served.endings()).toEqual([
    ['drained', 1012],
    ['drained', 1012],
  ]);
  forget();
  other.getText('text').insert(5, ' again');

  await start(port);
  await expect.poll(() => one.getText('text').toJSON(), { timeout: 10_000 }).toBe('hello again');
  leave();
  await expect.poll(() => served.endings().map(([trigger]) => trigger)).toEqual(['peer-closed', 'peer-closed']);
  served.server.close();
});
