import { expect, test } from 'vitest';
import * as ws from 'ws';
import { wsPackage } from '../../../../src/transport/ws/package/ws-package.js';

test('has what is used of ws, also what its types leave out', () => {
  const { Receiver, WebSocket, WebSocketServer } = wsPackage();
  expect([Receiver.name, WebSocket.name, WebSocketServer.name]).toEqual(['Receiver', 'WebSocket', 'WebSocketServer']);
});

test('is a copy of its own: what takes the place of ws in a project does not take it here', () => {
  expect(wsPackage().WebSocket).not.toBe(ws.WebSocket);
});
