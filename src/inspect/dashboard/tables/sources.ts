import type { Connection } from '../../../supervisor/api/connection.js';
import type { CloseReport } from '../../../transport/close-report.js';
import type {
  ConnectionQuery,
  ConnectionRow,
  ConnectionSortKey,
  EndingQuery,
  EndingRow,
  EndingSortKey,
} from '../protocol/tables.js';
import { connectionRow } from '../shown/connection-row.js';
import { endingRow, sentenceOf } from '../shown/shown-report.js';
import { connectionKey, isWanted } from './connection-match.js';
import type { TableSource } from './look.js';
import { isIn, numberedKey, type SortKey } from './order.js';

/** Columns whose values change without a step of a machine. */
const VOLATILE: ReadonlySet<ConnectionSortKey> = new Set([
  'latencyMs',
  'bufferedBytes',
  'framesIn',
  'framesOut',
  'bytesIn',
  'bytesOut',
]);

/**
 * The table of live connections.
 *
 * @param changes how often a connection has begun, changed its state, or ended so far.
 */
export function connectionTable(
  connections: ReadonlyMap<string, Connection<unknown>>,
  changes: () => number,
): TableSource<ConnectionQuery, Connection<unknown>, ConnectionRow> {
  let looks = 0;
  return {
    scan(query) {
      const { sort } = query;
      const search = query.search?.toLowerCase() ?? '';
      return {
        items: connections.values(),
        size: connections.size,
        isSorted: sort === undefined,
        isDescending: sort?.descending ?? true,
        pick(connection) {
          const snapshot = connection.toJSON();
          if (!isWanted(connection, snapshot, query, search)) return undefined;
          return { key: sort === undefined ? undefined : connectionKey(connection, snapshot, sort.by) };
        },
      };
    },
    row: connectionRow,
    size: () => connections.size,
    version({ sort, minBufferedBytes }) {
      const isVolatile = minBufferedBytes !== undefined || (sort !== undefined && VOLATILE.has(sort.by));
      if (isVolatile) looks -= 1;
      return isVolatile ? looks : changes();
    },
  };
}

/**
 * The table of recent endings.
 *
 * @param endings the reports that are kept, oldest first, as a copy that does not change.
 * @param changes how many endings there have been so far.
 */
export function endingTable(
  endings: { readonly size: number; all(): readonly CloseReport[] },
  changes: () => number,
  showsReasons: boolean,
): TableSource<EndingQuery, CloseReport, EndingRow> {
  return {
    scan(query) {
      const { sort } = query;
      const search = query.search?.toLowerCase() ?? '';
      const items = endings.all();
      return {
        items,
        size: items.length,
        isSorted: sort === undefined,
        isDescending: sort?.descending ?? true,
        pick: (report) =>
          isWantedEnding(report, query, search, showsReasons)
            ? { key: sort === undefined ? undefined : endingKey(report, sort.by) }
            : undefined,
      };
    },
    row: (report) => endingRow(report, showsReasons),
    size: () => endings.size,
    version: changes,
  };
}

function isWantedEnding(report: CloseReport, query: EndingQuery, search: string, showsReasons: boolean): boolean {
  const { outcome, trigger, role, childId, code } = query;
  if (outcome !== undefined && report.outcome !== outcome) return false;
  if (trigger !== undefined && report.trigger !== trigger) return false;
  if (role !== undefined && report.role !== role) return false;
  if (childId !== undefined && report.childId !== childId) return false;
  if (code !== undefined && report.code !== code) return false;
  return (
    search === '' ||
    isIn(report.connectionId, search) ||
    isIn(report.remoteAddress, search) ||
    isIn(report.childId, search) ||
    isIn(report.trigger, search) ||
    isIn(sentenceOf(report, showsReasons), search)
  );
}

function endingKey(report: CloseReport, by: EndingSortKey): SortKey | undefined {
  switch (by) {
    case 'id':
      return numberedKey(report.connectionId);
    case 'openMs':
      return report.openedAt === undefined ? undefined : report.endedAt - report.openedAt;
    default:
      return report[by];
  }
}
