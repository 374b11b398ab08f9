import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createSupervisor } from '../../../../src/index.js';
import { serveInspection } from '../../../../src/inspect/index.js';
import { eventually } from '../../../support/eventually.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A viewer whose socket a test pauses. It collects the texts of whole frames. */
async function aRawViewer(port: number) {
  const socket = connectTcp({ host: '127.0.0.1', port });
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(
    'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  });
  return { socket, text: () => text };
}

test('a viewer that stops reading costs a bounded amount of memory, gets a summary, and nobody waits for it', async () => {
  const supervisor = createSupervisor({ name: 'service' });
  cleanups.push(() => supervisor.stop());
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  const url = `ws://127.0.0.1:${listener.address?.port}/`;
  const server = await serveInspection(supervisor, { port: 0, maxWaiting: 100 });
  cleanups.push(() => server.stop());
  const viewer = await aRawViewer(Number(new URL(server.url ?? '').port));
  await eventually(() => viewer.text().includes('@xstate.actor'), 'the present');
  viewer.socket.pause();
  const memoryBefore = process.memoryUsage();
  for (let round = 0; round < 60; round += 1) {
    const dialers = Array.from({ length: 25 }, () =>
      supervisor.dial({ url, restart: 'temporary', handler: async (connection) => connection.closed }),
    );
    await Promise.all(dialers.map((dialer) => dialer.connected()));
    const [first] = dialers;
    first?.send('hello');
    expect((await first?.connection?.receive({ withinMs: 5_000 }))?.text()).toBe('hello');
    await Promise.all(dialers.map((dialer) => dialer.stop()));
  }
  const grown = process.memoryUsage().arrayBuffers - memoryBefore.arrayBuffers;
  expect(grown).toBeLessThan(8_000_000);
  expect(viewer.text()).not.toContain('wirekeeper.missed');
  viewer.socket.resume();
  await eventually(() => viewer.text().includes('wirekeeper.missed'), 'the summary');
  await eventually(() => /wirekeeper\.missed[\s\S]*"name":"service"/.test(viewer.text()), 'the present again');
}, 60_000);
