import * as client from 'prom-client';
import { expect, test } from 'vitest';
import type { Supervisor } from '../../../src/index.js';
import { createSupervisor } from '../../../src/index.js';
import { MetricFamilies } from '../../../src/inspect/metrics/metric-families.js';
import { valuesOf } from './exposition.js';

/** A supervisor that looks as if it had these connections, and counts how often one is looked at. */
function withConnections(count: number) {
  let looks = 0;
  const connection = {
    get bufferedBytes() {
      looks += 1;
      return 10;
    },
  };
  const connections = new Map(Array.from({ length: count }, (_, index) => [`c${index}`, connection]));
  const real = createSupervisor({ name: 'root' });
  const supervisor = { name: 'root', stats: () => real.stats(), connections } as unknown as Supervisor;
  return { supervisor, looks: () => looks };
}

test('scrapes at the same time share one walk over the connections, and the next one walks again', async () => {
  const registry = new client.Registry();
  const families = new MetricFamilies(client, registry, 'x_', []);
  const { supervisor, looks } = withConnections(100);
  families.add({ supervisor, labels: { supervisor: 'root' } });
  const [first] = await Promise.all([registry.metrics(), registry.metrics()]);
  expect(looks()).toBe(100);
  expect(valuesOf(first)).toMatchObject({
    'x_buffered_bytes{supervisor="root"}': 1_000,
    'x_buffering_connections{supervisor="root"}': 100,
  });
  await registry.metrics();
  expect(looks()).toBe(200);
});

test('the metrics of a prefix leave the registry with the last supervisor, others stay', () => {
  const registry = new client.Registry();
  registry.registerMetric(new client.Gauge({ name: 'mine', help: 'Mine.', registers: [] }));
  const families = new MetricFamilies(client, registry, 'x_', []);
  const sources = ['one', 'two'].map((name) => ({
    supervisor: withConnections(0).supervisor,
    labels: { supervisor: name },
  }));
  for (const source of sources) families.add(source);
  for (const source of sources) {
    expect(registry.getSingleMetric('x_connections')).toBeDefined();
    families.remove(source);
  }
  expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(['mine']);
});
