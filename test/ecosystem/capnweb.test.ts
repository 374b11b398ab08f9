import { newWebSocketRpcSession, RpcTarget } from 'capnweb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from 'wirekeeper';
import { asWebSocket, WebSocket } from 'wirekeeper/websocket';
import { eventually } from '../support/eventually.js';
import { endingsOf, W3cPlace } from './w3c-place.js';

class Api extends RpcTarget {
  add(a: number, b: number): number {
    return a + b;
  }
  fail(): never {
    throw new Error('as asked');
  }
}

/** The server's end of a session is the W3C interface around an accepted connection. */
function serve(connection: Connection) {
  newWebSocketRpcSession(asWebSocket(connection), new Api());
  return connection.closed;
}

let place: W3cPlace;
beforeEach(async () => {
  // It looks for the constants of the global class.
  vi.stubGlobal('WebSocket', WebSocket);
  place = await W3cPlace.build(serve);
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  vi.unstubAllGlobals();
});

test('calls go through, also those made while the socket is connecting', async () => {
  const api = newWebSocketRpcSession<Api>(new (place.classWith())(place.url));
  expect(await api.add(1, 2)).toBe(3);
  await expect(api.fail()).rejects.toThrow('as asked');
  api[Symbol.dispose]();
  await eventually(() => place.endings.length === 1);
  // It ends a session by a close with 3000.
  expect(place.endings).toEqual(['close-called 3000']);
});

test('a session ends with its connection, and another one begins after a deploy', async () => {
  const api = newWebSocketRpcSession<Api>(new (place.classWith())(place.url));
  expect(await api.add(1, 2)).toBe(3);
  const broken = new Promise((resolve) => api.onRpcBroken(resolve));
  const { server } = place;
  await place.restart();
  expect(await broken).toBeInstanceOf(Error);
  await expect(api.add(1, 2)).rejects.toThrow();
  const next = newWebSocketRpcSession<Api>(new (place.classWith())(place.url));
  expect(await next.add(3, 4)).toBe(7);
  expect(place.endings).toEqual(['peer-closed 1012']);
  expect(endingsOf(server.endings)).toEqual(['drained 1012']);
  next[Symbol.dispose]();
});
