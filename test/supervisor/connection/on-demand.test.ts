import { expect, test } from 'vitest';
import { OnDemand } from '../../../src/supervisor/connection/on-demand.js';
import { aReport } from '../../support/reports.js';

test('whoever asks for the report before it is there gets it, and whoever asks later as well', async () => {
  const onDemand = new OnDemand();
  const before = onDemand.closed;
  const report = aReport();
  onDemand.report = report;
  onDemand.publish(report);
  expect(await before).toBe(report);
  expect(onDemand.closed).toBe(before);
});

test('asked for only after the end, it is resolved', async () => {
  const onDemand = new OnDemand();
  const report = aReport();
  onDemand.report = report;
  onDemand.publish(report);
  expect(await onDemand.closed).toBe(report);
});
