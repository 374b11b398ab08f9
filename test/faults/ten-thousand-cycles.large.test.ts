import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';

const CYCLES = 10_000;
const AT_ONCE = 64;
const WARM_UP = 1000;

const REQUEST = [
  'GET / HTTP/1.1',
  'Host: 127.0.0.1',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

/** A masked Close with code 4000, under a key of zeros. */
const CLOSE = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 4000 >> 8, 4000 & 0xff]);

/** One raw client: opens, sends its Close, reads to the end. */
function cycle(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let isOpen = false;
    socket.on('error', reject);
    socket.on('data', () => {
      if (!isOpen) socket.write(CLOSE);
      isOpen = true;
    });
    socket.on('close', () => resolve());
    socket.write(REQUEST);
  });
}

async function cycles(port: number, count: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await cycle(port);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Live heap in bytes, after a garbage collection. */
async function liveHeap(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await turn();
  }
  return process.memoryUsage().heapUsed;
}

test('10,000 connections leave exactly 10,000 reports, and nothing else', async () => {
  expect(globalThis.gc, 'this test needs --expose-gc').toBeDefined();
  const supervisor = createSupervisor();
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  const port = listener.address?.port ?? 0;
  // `endings` is full after this, so that it does not count as growth.
  await cycles(port, WARM_UP);
  await expect.poll(() => supervisor.stats().endedTotal).toBe(WARM_UP);
  const ids = new Set<string>();
  let reports = 0;
  supervisor.events$.subscribe((event) => {
    if (event.type !== 'connection.ended') return;
    reports += 1;
    ids.add(event.report.connectionId);
  });
  const before = await liveHeap();
  await cycles(port, CYCLES);
  await expect.poll(() => reports).toBe(CYCLES);
  expect(ids.size).toBe(CYCLES);
  ids.clear();
  expect(supervisor.stats()).toMatchObject({
    connections: { connecting: 0, open: 0, closing: 0 },
    endedTotal: WARM_UP + CYCLES,
    ended: { 'peer-closed': WARM_UP + CYCLES },
    handshakesInFlight: 0,
    lingeringHandlers: 0,
  });
  expect([supervisor.connections.size, listener.connectionCount]).toEqual([0, 0]);
  const after = await liveHeap();
  process.stdout.write(
    `live heap ${(before / 1e6).toFixed(1)} MB before ${CYCLES} cycles, ${(after / 1e6).toFixed(1)} MB after: ${(after / before).toFixed(3)}x\n`,
  );
  expect(after / before).toBeLessThan(1.1);
  expect(after / before).toBeGreaterThan(0.9);
  await supervisor.stop();
  await expect
    .poll(() => process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout|Immediate)/.test(name)))
    .toEqual([]);
});
