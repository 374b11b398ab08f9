import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import type { Wire } from '../../src/transport/transport.js';

const CONNECTIONS = 20_000;
const BLOCK = 1000;
const ROUNDS = 20;

const options = { maxPayloadBytes: 1 << 20, maxFragments: 1024, perMessageDeflate: false };

async function aService() {
  const transport = createMemoryTransport();
  const supervisor = createSupervisor({ transport });
  const listener = await supervisor.listen({
    port: 0,
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  const url = `ws://127.0.0.1:${listener.address?.port}/`;
  const clients: Wire[] = [];
  const until = async (count: number) => {
    while (supervisor.connections.size !== count) await turn();
  };
  return {
    supervisor,
    clients,
    /** Starts connections, and says what each took in us, both ends together. */
    start: (count: number) =>
      costOf(count, async () => {
        for (let i = 0; i < count; i++) {
          const wire = transport.dial({ url, headers: {}, protocols: [], tls: {}, options });
          wire.facts$.subscribe();
          clients.push(wire);
        }
        await until(clients.length);
      }),
    /** Stops the youngest connections by their closing handshake. */
    stop: (count: number) =>
      costOf(count, async () => {
        for (const wire of clients.splice(-count)) wire.close(1000, '');
        await until(clients.length);
      }),
  };
}

async function costOf(count: number, work: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  const before = performance.now();
  await work();
  return ((performance.now() - before) * 1000) / count;
}

test('the last thousand of 20,000 connections cost at most 1.2x of what the first thousand cost, to start and to stop', async () => {
  expect(globalThis.gc, 'this test needs --expose-gc').toBeDefined();
  const { supervisor, start, stop } = await aService();
  // Once there and back, so that all code is compiled and the heap has its size.
  await start(CONNECTIONS);
  await stop(CONNECTIONS);
  const cheapest = async () => {
    const least = { start: Number.POSITIVE_INFINITY, stop: Number.POSITIVE_INFINITY };
    // The cheapest of several: what else the machine does, collecting garbage in the background included, only ever
    // adds.
    for (let round = 0; round < ROUNDS; round++) {
      least.start = Math.min(least.start, await start(BLOCK));
      least.stop = Math.min(least.stop, await stop(BLOCK));
    }
    return least;
  };
  const first = await cheapest();
  await start(CONNECTIONS - BLOCK);
  const last = await cheapest();
  await stop(CONNECTIONS - BLOCK);
  const ratio = { start: last.start / first.start, stop: last.stop / first.stop };
  process.stdout.write(
    `us each: start ${first.start.toFixed(1)} -> ${last.start.toFixed(1)} (${ratio.start.toFixed(2)}x), stop ${first.stop.toFixed(1)} -> ${last.stop.toFixed(1)} (${ratio.stop.toFixed(2)}x)\n`,
  );
  expect(ratio.start).toBeLessThanOrEqual(1.2);
  expect(ratio.stop).toBeLessThanOrEqual(1.2);
  await supervisor.stop();
});
