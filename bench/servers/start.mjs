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

/** Loads a library, and returns what starts its server and then returns the port. */
const load = {
  'raw-ws': async () => {
    const { WebSocketServer } = await import('ws');
    return async () => {
      const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
      wss.on('connection', (ws) => ws.on('message', (data, isBinary) => ws.send(data, { binary: isBinary })));
      await once(wss, 'listening');
      return wss.address().port;
    };
  },
  supervised: async () => {
    const { createSupervisor } = await import('../../dist/index.js');
    return async () => {
      const listener = await createSupervisor().listen({
        port: 0,
        host: '127.0.0.1',
        handler: async (connection) => {
          for await (const frame of connection) connection.send(frame);
        },
      });
      return listener.address.port;
    };
  },
}[name];

/** Runs a step; returns what came of it, how long it took, and the memory after it. */
async function step(run) {
  const begin = performance.now();
  const result = await run();
  const ms = performance.now() - begin;
  return { result, ms, memory: await memoryAfterGc(globalThis.gc) };
}

const { memory: before } = await step(async () => {});
const { result: serve, ms: importMs, memory: loaded } = await step(load);
const { result: served, ms: listenMs, memory: idle } = await step(serve);
const { ms: echoMs } = await step(() => echo(served));
process.stdout.write(
  JSON.stringify({
    importMs,
    importedHeapMB: (loaded.heap - before.heap) / 1e6,
    idleRssMiB: idle.rss / 2 ** 20,
    firstEchoMs: importMs + listenMs + echoMs,
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
