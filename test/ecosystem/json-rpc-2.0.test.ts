import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from 'json-rpc-2.0';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from 'wirekeeper';
import { asWebSocket, type WebSocket } from 'wirekeeper/websocket';
import { eventually } from '../support/eventually.js';
import { W3cPlace } from './w3c-place.js';

/** Both ends call each other over one socket, as the package's documentation has it. */
function peerOn(socket: WebSocket): JSONRPCServerAndClient {
  const peer = new JSONRPCServerAndClient(
    new JSONRPCServer(),
    new JSONRPCClient((request) => socket.send(JSON.stringify(request))),
  );
  socket.onmessage = ({ data }) => void peer.receiveAndSend(JSON.parse(data as string));
  socket.onclose = ({ reason }) => peer.rejectAllPendingRequests(`closed: ${reason}`);
  return peer;
}

function serve(connection: Connection) {
  const peer = peerOn(asWebSocket(connection));
  peer.addMethod('double', async (n: number) => n * (await peer.request('factor', {})));
  peer.addMethod('never', () => new Promise(() => {}));
  return connection.closed;
}

let place: W3cPlace;
beforeEach(async () => {
  place = await W3cPlace.build(serve);
});
afterEach(() => place[Symbol.asyncDispose]());

test('both ends call each other; a deploy rejects what is pending, and the socket dials again', async () => {
  const socket = new (place.classWith({ retry: () => ({ afterMs: 20 }) }))(place.url);
  const peer = peerOn(socket);
  peer.addMethod('factor', () => 2);
  await eventually(() => socket.readyState === socket.OPEN);
  expect(await peer.request('double', 21)).toBe(42);

  const pending = Promise.resolve(peer.request('never', {}));
  socket.addEventListener('redial', ({ report }) => peer.rejectAllPendingRequests(`lost: ${report.reason}`));
  const rejected = expect(pending).rejects.toThrow('lost: deploy');
  await place.restart();
  await rejected;
  await eventually(() => socket.readyState === socket.OPEN);
  expect(await peer.request('double', 4)).toBe(8);
  socket.close(1000, 'done');
  await eventually(() => place.endings.length === 2);
  expect(place.endings).toEqual(['peer-closed 1012', 'close-called 1000']);
});
