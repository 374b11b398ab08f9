import { expect, test } from 'vitest';
import { LazyParts } from '../../../src/supervisor/connection/lazy-parts.js';
import { aReport } from '../../support/reports.js';

test('the promise of the report is the same before the end and after', async () => {
  const lazy = new LazyParts();
  const before = lazy.closed;
  const report = aReport();
  lazy.report = report;
  lazy.publish(report);
  expect(await before).toBe(report);
  expect(lazy.closed).toBe(before);
});

test('asked for only after the end, it is resolved', async () => {
  const lazy = new LazyParts();
  const report = aReport();
  lazy.report = report;
  lazy.publish(report);
  expect(await lazy.closed).toBe(report);
});
