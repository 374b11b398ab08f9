import { expect, test } from 'vitest';
import { RecentEndings } from '../../../../src/inspect/dashboard/counts/recent-endings.js';
import type { CloseReport } from '../../../../src/transport/close-report.js';

const report = (connectionId: string) => ({ connectionId }) as CloseReport;

test('keeps the latest reports, oldest first, and finds them by connection', () => {
  const endings = new RecentEndings(3, ['a', 'b', 'c', 'd'].map(report));
  expect(endings.all().map(({ connectionId }) => connectionId)).toEqual(['b', 'c', 'd']);
  endings.add(report('e'));
  endings.add(report('f'));
  expect(endings.all().map(({ connectionId }) => connectionId)).toEqual(['d', 'e', 'f']);
  expect([endings.of('c'), endings.of('e')?.connectionId, endings.size, endings.added]).toEqual([undefined, 'e', 3, 5]);
});
