import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import * as ws from 'wirekeeper/ws';
import main, { createWebSocketStream, Server, WebSocket, WebSocketServer } from 'wirekeeper/ws';

test('the class has the rest as static members, as that of ws', () => {
  expect(main).toBe(WebSocket);
  expect([WebSocket.WebSocket, WebSocket.Server, WebSocket.WebSocketServer, WebSocket.createWebSocketStream]).toEqual([
    WebSocket,
    Server,
    WebSocketServer,
    createWebSocketStream,
  ]);
  const theirs = createRequire(import.meta.url)('ws') as object;
  const left = Object.keys(theirs).filter((name) => !(name in WebSocket));
  expect(left).toEqual(['extension', 'PerMessageDeflate', 'Receiver', 'Sender', 'subprotocol']);
});

test('require returns the class', () => {
  expect((ws as Record<string, unknown>)['module.exports']).toBe(WebSocket);
});
