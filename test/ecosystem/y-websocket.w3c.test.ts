import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from 'wirekeeper';
import { asWebSocket, type WebSocket } from 'wirekeeper/websocket';
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync';
import { WebsocketProvider } from 'y-websocket';
import { Doc } from 'yjs';
import { eventually } from '../support/eventually.js';
import { W3cPlace } from './w3c-place.js';

const SYNC = 0;

/** A server of one document, in the protocol of y-websocket, on the W3C interface around accepted connections. */
function aServer() {
  const doc = new Doc();
  const sockets = new Set<WebSocket>();
  doc.on('update', (update: Uint8Array) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC);
    writeUpdate(encoder, update);
    for (const socket of sockets) socket.send(encoding.toUint8Array(encoder));
  });
  return (connection: Connection) => {
    const socket = asWebSocket(connection);
    socket.binaryType = 'arraybuffer';
    sockets.add(socket);
    socket.onclose = () => sockets.delete(socket);
    socket.onmessage = ({ data }) => {
      const decoder = decoding.createDecoder(new Uint8Array(data as ArrayBuffer));
      if (decoding.readVarUint(decoder) !== SYNC) return;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, SYNC);
      readSyncMessage(decoder, encoder, doc, socket);
      if (encoding.length(encoder) > 1) socket.send(encoding.toUint8Array(encoder));
    };
    // Asks for what the client has written without a connection.
    const question = encoding.createEncoder();
    encoding.writeVarUint(question, SYNC);
    writeSyncStep1(question, doc);
    socket.send(encoding.toUint8Array(question));
    return connection.closed;
  };
}

let place: W3cPlace;
const providers: WebsocketProvider[] = [];
beforeEach(async () => {
  place = await W3cPlace.build(aServer());
});
afterEach(async () => {
  for (const provider of providers.splice(0)) {
    provider.destroy();
    provider.awareness.destroy();
  }
  await place[Symbol.asyncDispose]();
});

function aWriter() {
  const doc = new Doc();
  const provider = new WebsocketProvider(place.url.slice(0, -1), 'room', doc, {
    WebSocketPolyfill: place.classWith(),
    disableBc: true,
    maxBackoffTime: 50,
  });
  providers.push(provider);
  return doc.getText('text');
}

test('two writers see what the other writes, before and after a cut and a deploy', async () => {
  const [a, b] = [aWriter(), aWriter()];
  a.insert(0, 'one ');
  await eventually(() => b.toJSON() === 'one ');
  place.cut();
  a.insert(4, 'two ');
  await eventually(() => b.toJSON() === 'one two ');
  await place.restart();
  b.insert(8, 'three');
  await eventually(() => a.toJSON() === 'one two three');
  for (const provider of providers) provider.disconnect();
  await eventually(() => place.endings.length === 6);
  // A cut is the end of TCP or, where the server has not read all, a reset.
  const endings = place.endings.map((ending) => ending.replace(/^socket-(?:ended|error) /, 'lost '));
  expect(endings.toSorted()).toEqual([
    'close-called 1005',
    'close-called 1005',
    'lost 1006',
    'lost 1006',
    'peer-closed 1012',
    'peer-closed 1012',
  ]);
});
