import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import type { Wire } from '../../src/transport/transport.js';

const CONNECTIONS = 20_000;
const BLOCK = 1000;
const ROUNDS = 20;
const MOST_ROUNDS = 80;
const AT_MOST = 1.2;

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

type Service = Awaited<ReturnType<typeof aService>>;

/** The cheapest block of a service so far, in us for each connection: what else a machine does only ever adds. */
class Cheapest {
  start = Number.POSITIVE_INFINITY;
  stop = Number.POSITIVE_INFINITY;

  async measure(service: Service): Promise<void> {
    this.start = Math.min(this.start, await service.start(BLOCK));
    this.stop = Math.min(this.stop, await service.stop(BLOCK));
  }
}

test('the last thousand of 20,000 connections cost at most 1.2x of what the first thousand cost, to start and to stop', async () => {
  expect(globalThis.gc, 'this test needs --expose-gc').toBeDefined();
  const services = [await aService(), await aService()] as const;
  const [few, many] = services;
  // Once there and back, so that all code is compiled and the heap has its size.
  for (const { start, stop } of services) {
    await start(CONNECTIONS);
    await stop(CONNECTIONS);
  }
  await many.start(CONNECTIONS - BLOCK);
  const first = new Cheapest();
  const last = new Cheapest();
  const ratio = () => ({ start: last.start / first.start, stop: last.stop / first.stop });
  const isUndecided = () => Math.max(ratio().start, ratio().stop) > AT_MOST;
  // In turns: a machine that gets slower for seconds does so for both.
  for (let round = 0; round < ROUNDS || (round < MOST_ROUNDS && isUndecided()); round += 1) {
    await first.measure(few);
    await last.measure(many);
  }
  const { start, stop } = ratio();
  process.stdout.write(
    `us each: start ${first.start.toFixed(1)} -> ${last.start.toFixed(1)} (${start.toFixed(2)}x), stop ${first.stop.toFixed(1)} -> ${last.stop.toFixed(1)} (${stop.toFixed(2)}x)\n`,
  );
  expect(start).toBeLessThanOrEqual(AT_MOST);
  expect(stop).toBeLessThanOrEqual(AT_MOST);
  for (const { supervisor } of services) await supervisor.stop();
});
