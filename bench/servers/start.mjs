/**
 * Starts an echo server and reports, as one line of JSON, what that took: the library's name is the first argument, MiB
 * of other live heap the second.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { maskedFrame, opcodes } from '../load/frames.mjs';
import { handshakeRequest } from '../load/handshake.mjs';
import { holdLiveHeap } from '../shared/live-heap.mjs';
import { memoryAfterGc } from '../shared/usage.mjs';

const [name, liveHeapMiB] = process.argv.slice(2);
holdLiveHeap(Number(liveHeapMiB));

const start = {
  'raw-ws': async () => {
    const { WebSocketServer } = await import('ws');
    const imported = performance.now();
    const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    wss.on('connection', (ws) => ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })));
    await once(wss, 'listening');
    return { imported, port: wss.address().port };
  },
  supervised: async () => {
    const { createSupervisor } = await import('../../dist/index.js');
    const imported = performance.now();
    const listener = await createSupervisor().listen({
      port: 0,
      host: '127.0.0.1',
      handler: async (connection) => {
        for await (const frame of connection) connection.send(frame);
      },
    });
    return { imported, port: listener.address.port };
  },
}[name];

const before = await memoryAfterGc(globalThis.gc);
const begin = performance.now();
const { imported, port: servedAt } = await start();
const listening = performance.now();
const idle = await memoryAfterGc(globalThis.gc);
const collected = performance.now();
await echo(servedAt);
const echoed = performance.now();
process.stdout.write(
  JSON.stringify({
    importMs: imported - begin,
    importedHeapMB: (idle.live - before.live) / 1e6,
    idleRssMiB: idle.rss / 2 ** 20,
    firstEchoMs: listening - begin + echoed - collected,
  }),
);
process.exit(0);

/** Connects, sends one message, and waits until as many bytes as its echo has have come. */
async function echo(port) {
  const payload = Buffer.from('first');
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(handshakeRequest({ port, path: '/', offersDeflate: false }));
  socket.write(maskedFrame(opcodes.text, payload));
  let came = '';
  for await (const bytes of socket) {
    came += bytes.toString('latin1');
    if (came.endsWith(payload.toString())) return;
  }
  throw new Error(`the server has ended the connection: ${came}`);
}
