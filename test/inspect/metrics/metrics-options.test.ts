import * as client from 'prom-client';
import { expect, test } from 'vitest';
import type { MetricsOptions } from '../../../src/inspect/metrics/index.js';
import { resolveMetrics } from '../../../src/inspect/metrics/metrics-options.js';

test('defaults', () => {
  expect(resolveMetrics({})).toMatchObject({
    registry: client.register,
    prefix: 'wirekeeper_',
    labels: {},
    childLabels: 0,
  });
});

test('a package that is given is not loaded', () => {
  const given = { ...client, register: new client.Registry() };
  expect(resolveMetrics({ client: given })).toMatchObject({ client: given, registry: given.register });
});

test.each<[object, string]>([
  [{ prefix: '1x' }, 'collectMetrics: prefix is "1x"; allowed are letters, digits, _, and :, with no digit in front.'],
  [{ prefix: 1 }, 'collectMetrics: prefix is 1;'],
  [{ childLabels: -1 }, 'collectMetrics: childLabels is -1; allowed are whole numbers from 0 on.'],
  [{ childLabels: 1.5 }, 'collectMetrics: childLabels is 1.5;'],
  [{ labels: [] }, 'collectMetrics: labels is a list; it must be an object.'],
  [{ labels: { 'a-b': 'c' } }, 'collectMetrics: labels has a label called "a-b"; allowed are letters, digits, and _.'],
  [{ labels: { role: 'c' } }, 'collectMetrics: labels.role is a label of the metrics themselves; rename it.'],
  [{ labels: { supervisor: 'c' } }, 'collectMetrics: labels.supervisor is a label'],
  [{ labels: { zone: 1 } }, 'collectMetrics: labels.zone is 1; it must be a text.'],
  [{ registry: {} }, 'collectMetrics: registry is an object; it must be a Registry of prom-client.'],
  [{ registri: 1 }, 'collectMetrics: registri is not an option'],
])('%j is wrong', (options, message) => {
  expect(() => resolveMetrics(options as MetricsOptions)).toThrow(message);
});
