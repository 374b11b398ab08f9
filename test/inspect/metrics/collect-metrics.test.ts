import { Registry, register } from 'prom-client';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Connection,
  connect,
  createSupervisor,
  type ListenOptions,
  refuse,
  type Supervisor,
} from '../../../src/index.js';
import { collectMetrics, type MetricsOptions } from '../../../src/inspect/metrics/index.js';
import { createHeapClock, createMemoryTransport, type HeapClock } from '../../../src/testing/index.js';
import { FakeTransport } from '../../support/fake-transport.js';
import { settled } from '../../support/settled.js';
import { faultsOf, valuesOf } from './exposition.js';

afterEach(() => register.clear());

interface Scene {
  readonly clock: HeapClock;
  readonly supervisor: Supervisor;
  readonly url: string;
}

/** A supervisor over a network in memory, with a listener that sends everything back. */
async function aService(name = 'service', options: Partial<ListenOptions<unknown>> = {}): Promise<Scene> {
  const clock = createHeapClock();
  const supervisor = createSupervisor({
    name,
    clock,
    transport: createMemoryTransport(clock),
    random: () => 0.5,
    warnWhenFailed: false,
  });
  const listener = await supervisor.listen<unknown>({
    id: 'door',
    port: 0,
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
    ...options,
  });
  return { clock, supervisor, url: `ws://memory:${listener.address?.port}/` };
}

async function connected({ clock, supervisor, url }: Scene) {
  const connecting = connect(url, { supervisor });
  connecting.catch(() => {});
  await clock.advanceAsync(10);
  return connecting;
}

/** A scene that is measured in a registry of its own. */
async function measured(options: MetricsOptions = {}, listen: Partial<ListenOptions<unknown>> = {}) {
  const scene = await aService('service', listen);
  const registry = new Registry();
  const measuring = collectMetrics(scene.supervisor, { registry, ...options });
  return { ...scene, registry, measuring, values: async () => valuesOf(await registry.metrics()) };
}

test.each<[string, (connection: Connection, clock: HeapClock) => unknown, Readonly<Record<string, number>>]>([
  [
    'counts connections by role and state, frames, and bytes',
    (connection) => connection.send('hello'),
    {
      'wirekeeper_connections{supervisor="service",role="accepted",state="open"}': 1,
      'wirekeeper_connections{supervisor="service",role="dialed",state="open"}': 1,
      'wirekeeper_connections{supervisor="service",role="dialed",state="closing"}': 0,
      'wirekeeper_frames_total{supervisor="service",direction="in"}': 2,
      'wirekeeper_payload_bytes_total{supervisor="service",direction="out"}': 10,
      'wirekeeper_supervisor_ready{supervisor="service"}': 1,
      'wirekeeper_children{supervisor="service",kind="listener"}': 1,
    },
  ],
  [
    'counts endings by trigger and outcome, and times how long connections were open',
    async (connection, clock) => {
      await clock.advanceAsync(90_000);
      connection.close();
    },
    {
      'wirekeeper_connections_ended_total{supervisor="service",role="dialed",trigger="close-called",outcome="closed"}': 1,
      'wirekeeper_connections_ended_total{supervisor="service",role="accepted",trigger="peer-closed",outcome="closed"}': 1,
      'wirekeeper_connection_duration_seconds_bucket{le="60",supervisor="service",role="dialed"}': 0,
      'wirekeeper_connection_duration_seconds_bucket{le="300",supervisor="service",role="dialed"}': 1,
      'wirekeeper_connection_duration_seconds_count{supervisor="service",role="accepted"}': 1,
    },
  ],
  [
    'times the round trips of Pings',
    (connection) => void connection.ping(),
    { 'wirekeeper_ping_round_trip_seconds_count{supervisor="service",role="dialed"}': 1 },
  ],
])('%s', async (_what, act, values) => {
  const scene = await measured();
  await act(await connected(scene), scene.clock);
  await scene.clock.advanceAsync(10);
  expect(await scene.values()).toMatchObject(values);
});

test('counts handshakes by status on both sides, and times them by the clock of the supervisor', async () => {
  const scene: Scene & Awaited<ReturnType<typeof measured>> = await measured(
    {},
    {
      authenticate: (request) => (request.path === '/no' ? refuse(403) : { data: undefined }),
    },
  );
  await connected(scene);
  await connected({ ...scene, url: `${scene.url}no` }).catch(() => {});
  expect(await scene.values()).toMatchObject({
    'wirekeeper_handshakes_total{supervisor="service",role="accepted",status="101"}': 1,
    'wirekeeper_handshakes_total{supervisor="service",role="accepted",status="403"}': 1,
    'wirekeeper_handshakes_total{supervisor="service",role="dialed",status="403"}': 1,
    'wirekeeper_handshake_duration_seconds_count{supervisor="service",role="dialed",result="opened"}': 1,
    'wirekeeper_handshake_duration_seconds_sum{supervisor="service",role="accepted",result="refused"}': 0,
  });
});

test('a refusal of the proxy is no answer of the server', async () => {
  const transport = new FakeTransport();
  const supervisor = createSupervisor({ name: 'client', transport, warnWhenFailed: false });
  const registry = new Registry();
  collectMetrics(supervisor, { registry });
  const connecting = connect('ws://a.test/', { supervisor });
  await settled();
  transport.lastWire.emitClosed({ kind: 'proxy-refused', httpStatus: 407 });
  await connecting.catch(() => {});
  expect(valuesOf(await registry.metrics())).toMatchObject({
    'wirekeeper_handshakes_total{supervisor="client",role="dialed",status="none"}': 1,
    'wirekeeper_handshake_duration_seconds_count{supervisor="client",role="dialed",result="failed"}': 1,
    'wirekeeper_connections_ended_total{supervisor="client",role="dialed",trigger="proxy-refused",outcome="failed"}': 1,
  });
  await supervisor.stop();
});

test('shows how far a drain is, and how many children were restarted', async () => {
  const scene = await measured({}, { handler: ({ closed }) => closed });
  await connected(scene);
  let runs = 0;
  scene.supervisor.dial({
    url: scene.url,
    handler: (connection) => {
      runs += 1;
      if (runs === 1) throw new Error('a bug');
      return connection.closed;
    },
  });
  await scene.clock.advanceAsync(10);
  await scene.clock.advanceAsync(10_000);
  void scene.supervisor.drain({ spreadMs: 60_000, finishFirstMs: 1_000 });
  await scene.clock.advanceAsync(10);
  expect(await scene.values()).toMatchObject({
    'wirekeeper_child_restarts_total{supervisor="service"}': 1,
    'wirekeeper_supervisor_ready{supervisor="service"}': 0,
    'wirekeeper_drains{supervisor="service"}': 1,
    'wirekeeper_drain_connections_left{supervisor="service"}': 2,
  });
});

test('what it exposes has names, units, and types as Prometheus wants them', async () => {
  const scene = await measured({ labels: { zone: 'a "quoted"\nzone' }, childLabels: 5 });
  const connection = await connected(scene);
  const ping = connection.ping();
  await scene.clock.advanceAsync(10);
  await ping;
  connection.close();
  await scene.clock.advanceAsync(10);
  const text = await scene.registry.metrics();
  expect(faultsOf(text)).toEqual([]);
  expect(text.match(/^# TYPE /gm)?.length).toBeGreaterThan(20);
});

test('nothing that a peer says is in it', async () => {
  const scene = await measured({}, { authenticate: () => refuse(401, { body: 's3cret' }) });
  const dialing = connect(`${scene.url}s3cret?token=s3cret`, {
    supervisor: scene.supervisor,
    protocols: ['s3cret'],
    headers: { authorization: 's3cret' },
  });
  dialing.catch(() => {});
  await scene.clock.advanceAsync(10);
  expect(await scene.registry.metrics()).not.toContain('s3cret');
});

describe('ids of children', () => {
  const childrenIn = async (registry: Registry) => {
    const text = await registry.metrics();
    return new Set([...text.matchAll(/wirekeeper_handshakes_total\{.*child="([^"]*)"/g)].map(([, child]) => child));
  };

  test('are no label by default', async () => {
    const scene = await measured();
    await connected(scene);
    expect(await childrenIn(scene.registry)).toEqual(new Set());
  });

  test('have as many values as were asked for, and one for all others', async () => {
    const scene = await measured({ childLabels: 2 });
    for (const id of ['a', 'b', 'c']) scene.supervisor.dial({ id, url: scene.url, handler: ({ closed }) => closed });
    await scene.clock.advanceAsync(10);
    expect([...(await childrenIn(scene.registry))]).toHaveLength(3);
    expect(await childrenIn(scene.registry)).toContain('other');
  });
});

describe('several supervisors in one registry', () => {
  test('are told apart by their names, and leave one by one, the metrics with the last', async () => {
    const registry = new Registry();
    const [one, two] = [await aService('one'), await aService('two')];
    const measurings = [one, two].map(({ supervisor }) => collectMetrics(supervisor, { registry }));
    await connected(one);
    const open = 'role="accepted",state="open"}';
    expect(valuesOf(await registry.metrics())).toMatchObject({
      [`wirekeeper_connections{supervisor="one",${open}`]: 1,
      [`wirekeeper_connections{supervisor="two",${open}`]: 0,
    });
    measurings[0]?.unsubscribe();
    expect(valuesOf(await registry.metrics())).not.toHaveProperty([`wirekeeper_connections{supervisor="one",${open}`]);
    expect(valuesOf(await registry.metrics())).toHaveProperty([`wirekeeper_connections{supervisor="two",${open}`]);
    measurings[1]?.unsubscribe();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  test('add up if they have the same name', async () => {
    const registry = new Registry();
    for (const scene of [await aService(), await aService()]) {
      collectMetrics(scene.supervisor, { registry });
      await connected(scene);
    }
    expect(valuesOf(await registry.metrics())).toMatchObject({
      'wirekeeper_connections{supervisor="service",role="accepted",state="open"}': 2,
    });
  });

  test('need labels of the same names', async () => {
    const registry = new Registry();
    collectMetrics((await aService('one')).supervisor, { registry, labels: { zone: 'a' } });
    const two = (await aService('two')).supervisor;
    expect(() => collectMetrics(two, { registry, labels: { region: 'b' } })).toThrow(
      'collectMetrics: labels has other names than those of another supervisor in this registry (zone)',
    );
    collectMetrics(two, { registry, labels: { zone: 'b' } });
    collectMetrics(two, { registry, prefix: 'ws_', labels: { region: 'b' } });
    expect(faultsOf(await registry.metrics())).toEqual([]);
  });
});

test('the default registry is the global one', async () => {
  const { supervisor } = await aService();
  const measuring = collectMetrics(supervisor);
  expect(await register.metrics()).toContain('wirekeeper_connections{supervisor="service"');
  measuring.unsubscribe();
  expect(await register.metrics()).not.toContain('wirekeeper_');
});

test('nothing is counted after the measuring has ended', async () => {
  const scene = await measured();
  const other = collectMetrics((await aService('other')).supervisor, { registry: scene.registry });
  scene.measuring.unsubscribe();
  await connected(scene);
  expect(await scene.registry.metrics()).not.toContain('wirekeeper_handshakes_total{supervisor="service"');
  other.unsubscribe();
});
