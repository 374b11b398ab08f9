/** What waits while the event loop stands still: clients that come back all at once have to find room. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { createSupervisor } from '../../src/index.js';

const CLIENTS = 1_500;

/** While the loop stands still nothing makes room: who finds none at first finds none later. */
const WITHIN_MS = 15_000;

/** Connects, and counts in memory that is shared: the loop of the server stands still. */
const COME = `
const { connect } = require('node:net');
const { workerData: { port, clients, count } } = require('node:worker_threads');
const connected = new Int32Array(count);
for (let i = 0; i < clients; i += 1) {
  const socket = connect({ port, host: '127.0.0.1' }, () => {
    Atomics.add(connected, 0, 1);
    Atomics.notify(connected, 0);
  });
  socket.on('error', () => {});
}
`;

/** What Linux holds at most, whoever asks for more. */
function mostOfTheSystem(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'latin1'));
  } catch {
    return 0;
  }
}

test.skipIf(mostOfTheSystem() < CLIENTS)(
  `${CLIENTS} clients that come while the loop stands still all find room`,
  async () => {
    await using supervisor = createSupervisor();
    const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: () => {} });
    const count = new SharedArrayBuffer(4);
    const connected = new Int32Array(count);
    const worker = new Worker(COME, {
      eval: true,
      workerData: { port: listener.address?.port, clients: CLIENTS, count },
    });
    // Until the first one is there the loop turns: the thread starts by it.
    await new Promise((resolve) => worker.once('online', resolve));
    Atomics.wait(connected, 0, 0, 10_000);
    const until = performance.now() + WITHIN_MS;
    for (let seen = Atomics.load(connected, 0); seen < CLIENTS && performance.now() < until; ) {
      Atomics.wait(connected, 0, seen, 10);
      seen = Atomics.load(connected, 0);
    }
    expect(Atomics.load(connected, 0)).toBe(CLIENTS);
    await worker.terminate();
  },
);
