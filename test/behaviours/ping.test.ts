/** How long a peer takes to answer, over every kind of connection. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connect, createSupervisor } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';
import { urlOf } from '../support/undici-client.js';

test('a Ping is measured from both ends of a TCP connection', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
  await using dialed = await connect(urlOf(listener), { supervisor });
  const accepted = [...supervisor.connections.values()].find(({ role }) => role === 'accepted');
  for (const connection of [dialed, accepted]) {
    const latency = await connection?.ping({ withinMs: 5_000 });
    expect(latency).toBeGreaterThan(0);
    expect(latency).toBe(connection?.latencyMs);
  }
});

test('a Ping is measured from both ends of a TLS connection', async () => {
  const server = createServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await using supervisor = createSupervisor();
    await supervisor.listen({ server, handler: (connection) => connection.closed });
    const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await using dialed = await connect(url, { supervisor, tls: { rejectUnauthorized: false } });
    const accepted = [...supervisor.connections.values()].find(({ role }) => role === 'accepted');
    for (const connection of [dialed, accepted])
      expect(await connection?.ping({ withinMs: 5_000 })).toBe(connection?.latencyMs);
  } finally {
    server.close();
  }
});

test('a Ping is measured in memory, by the clock of the test', async () => {
  const clock = createHeapClock();
  await using supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock) });
  const listener = await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
  const connection = await connect(`ws://memory:${listener.address?.port}/`, { supervisor });
  const answered = connection.ping();
  await clock.advanceAsync(1);
  expect(await answered).toBe(connection.latencyMs);
});

test('the Pings of liveness measure the latency before anything is sent', async () => {
  const clock = createHeapClock();
  await using supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock) });
  const listener = await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
  const connection = await connect(`ws://memory:${listener.address?.port}/`, { supervisor });
  expect(connection.latencyMs).toBeUndefined();
  await clock.advanceAsync(60_000);
  expect(connection.latencyMs).toBeGreaterThanOrEqual(0);
});

test('a Ping rejects when the connection ends before the answer', async () => {
  await using supervisor = createSupervisor();
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: (connection) => {
      connection.terminate();
    },
  });
  const dialed = await connect(urlOf(listener));
  await expect(dialed.ping({ withinMs: 5_000 })).rejects.toMatchObject({ code: 'WIREKEEPER_ENDED' });
  expect((await dialed.closed).outcome).toBe('failed');
});
