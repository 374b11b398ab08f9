import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/own-server-upgrade.js';
import { UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

beforeEach(async () => {
  service = await start({ port: 0 });
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await service.supervisor.stop();
  service.server.close();
  service.server.closeAllConnections();
  await once(service.server, 'close');
});

test('gives clients without a subprotocol to the first listener', async () => {
  await using client = await UndiciClient.connect(`ws://${host}/`);
  client.socket.send('a');
  expect(await client.next()).toBe('v1 heard a');
  expect(client.socket.protocol).toBe('');
});

test('gives clients that offer v2 to the second listener', async () => {
  await using client = await UndiciClient.connect(`ws://${host}/`, { protocols: ['v3', 'v2'] });
  client.socket.send('a');
  expect(await client.next()).toBe('{"heard":"a"}');
  expect(client.socket.protocol).toBe('v2');
});

test('answers ordinary requests itself', async () => {
  const response = await fetch(`http://${host}/`, { headers: { connection: 'close' } });
  expect(await response.text()).toContain('Two versions');
});

test('reports each connection with the listener that had it', async () => {
  const first = await UndiciClient.connect(`ws://${host}/`);
  const second = await UndiciClient.connect(`ws://${host}/`, { protocols: ['v2'] });
  await service.supervisor.stop();
  expect(await first.closed).toMatchObject({ code: 1001 });
  expect(await second.closed).toMatchObject({ code: 1001 });
  // Both are stopped at once: which ends first is the network's to say.
  expect(service.supervisor.endings.map(({ childId, trigger }) => `${childId} ${trigger}`).toSorted()).toEqual([
    'v1 supervisor-stopped',
    'v2 supervisor-stopped',
  ]);
});
