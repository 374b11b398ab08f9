import { afterEach, expect, test } from 'vitest';
import { type Instance, LoadBalancer, roll, startClients, startInstance } from '../../examples/rolling-restart.js';
import { createSupervisor, reconnectDelayOf, type Supervisor } from '../../src/index.js';

const CLIENTS = 30;
const ADVISED_MS = 300;
const DRAIN = { notReadyFirstMs: 20, spreadMs: 200, adviseReconnectMs: ADVISED_MS };

const running: Supervisor[] = [];
afterEach(async () => {
  for (const supervisor of running.splice(0).reverse()) await supervisor.stop();
});

async function aFleet(...names: string[]) {
  const balancer = new LoadBalancer();
  const olds = await Promise.all(names.map(startInstance));
  for (const old of olds) balancer.add(old);
  const supervisor = createSupervisor({ name: 'clients' });
  const clients = startClients(CLIENTS, balancer, supervisor);
  running.push(...olds.map((old) => old.supervisor), supervisor);
  await Promise.all(clients.map((client) => client.connected()));
  return { balancer, olds, clients };
}

const sizes = (instances: readonly Instance[]) => instances.map(({ supervisor }) => supervisor.connections.size);

test('every client is moved to the new instances by a whole closing handshake, and comes back after the advised delay', async () => {
  const { balancer, olds, clients } = await aFleet('a@v1', 'b@v1');
  expect(sizes(olds).reduce((a, b) => a + b)).toBe(CLIENTS);
  const { instances, accounts } = await roll(olds, balancer, 'v2', DRAIN);
  running.unshift(...instances.map(({ supervisor }) => supervisor));
  await Promise.all(clients.map((client) => client.connected()));
  await expect.poll(() => sizes(instances).reduce((a, b) => a + b)).toBe(CLIENTS);
  expect(instances.map(({ name }) => name)).toEqual(['a@v2', 'b@v2']);
  expect(olds.map(({ supervisor }) => supervisor.state)).toEqual(['stopped', 'stopped']);
  for (const account of accounts)
    expect(account).toMatchObject({ outcome: 'drained', clean: account.total, forced: 0, lingering: [] });
  for (const { lastReport } of clients) {
    expect(lastReport).toMatchObject({ trigger: 'peer-closed', code: 1012, outcome: 'closed' });
    expect(lastReport?.reason).toMatch(/^v2 is out; retry-after-ms=\d+$/);
    expect(lastReport?.retryAfterMs).toBe(reconnectDelayOf(lastReport?.reason ?? ''));
    expect(lastReport?.retryAfterMs).toBeLessThanOrEqual(ADVISED_MS);
  }
});

test('without an instance that is ready the load balancer has nobody to name', () => {
  expect(() => new LoadBalancer().pick()).toThrow('no instance is ready');
});
