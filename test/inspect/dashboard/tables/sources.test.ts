import { expect, test } from 'vitest';
import type { EndingQuery } from '../../../../src/inspect/dashboard/protocol/tables.js';
import { scan } from '../../../../src/inspect/dashboard/tables/scan.js';
import { connectionTable, endingTable } from '../../../../src/inspect/dashboard/tables/sources.js';
import type { CloseReport } from '../../../../src/transport/close-report.js';
import { aReport } from '../../../support/reports.js';

const reports = [
  aReport({ connectionId: 'c2', code: 1000, endedAt: 5_000, openedAt: 1_000 }),
  aReport({ connectionId: 'c10', code: 4001, trigger: 'close-called', startedBy: 'local', endedAt: 6_000 }),
  aReport({ connectionId: 'c3', phase: 'connecting', trigger: 'refused', httpStatus: 503, startedBy: 'peer' }),
];

function found(query: EndingQuery): readonly string[] {
  const table = endingTable({ size: 3, all: () => reports }, () => 0, false);
  let result: readonly CloseReport[] = [];
  const job = scan(table.scan(query), (items: readonly CloseReport[]) => {
    result = items;
  });
  for (const _ of job);
  return result.map(({ connectionId }) => connectionId);
}

test.each<[EndingQuery, readonly string[]]>([
  [{}, ['c3', 'c10', 'c2']],
  [{ outcome: 'failed' }, ['c3']],
  [{ trigger: 'close-called' }, ['c10']],
  [{ code: 1000 }, ['c2']],
  [{ role: 'dialed' }, ['c3']],
  [{ childId: 'listener-1' }, ['c10', 'c2']],
  [{ search: 'HTTP 503' }, ['c3']],
  [{ search: 'c1' }, ['c10']],
  [{ sort: { by: 'id', descending: false } }, ['c2', 'c3', 'c10']],
  [{ sort: { by: 'openMs', descending: true } }, ['c10', 'c2', 'c3']],
])('endings by %j: %j', (query, wanted) => {
  expect(found(query)).toEqual(wanted);
});

test('the order of connections by a counter always may have changed, that by state only after a step', () => {
  let changes = 0;
  const { version } = connectionTable(new Map(), () => changes);
  const byBytes = { sort: { by: 'bytesIn', descending: true } } as const;
  expect(version(byBytes)).not.toBe(version(byBytes));
  expect(version({ minBufferedBytes: 1 })).not.toBe(version({ minBufferedBytes: 1 }));
  expect(version({})).toBe(version({}));
  const before = version({});
  changes += 1;
  expect(version({})).not.toBe(before);
});
