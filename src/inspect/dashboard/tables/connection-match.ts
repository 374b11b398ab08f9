import type { ConnectionSnapshot } from '../../../supervisor/api/connection.js';
import { maskedProtocol } from '../../redaction/masked.js';
import type { ConnectionQuery, ConnectionSortKey } from '../protocol/tables.js';
import { type ListedConnection, shownPath } from '../shown/connection-row.js';
import { isIn, numberedKey, type SortKey } from './order.js';

/** Whether a connection is one of those that a query asks for. */
export function isWanted(
  connection: ListedConnection,
  snapshot: ConnectionSnapshot,
  query: ConnectionQuery,
  search: string,
): boolean {
  const { state, role, childId, minBufferedBytes } = query;
  if (state !== undefined && snapshot.state !== state) return false;
  if (role !== undefined && snapshot.role !== role) return false;
  if (childId !== undefined && snapshot.childId !== childId) return false;
  if (minBufferedBytes !== undefined && snapshot.bufferedBytes < minBufferedBytes) return false;
  return (
    search === '' ||
    isIn(snapshot.id, search) ||
    isIn(snapshot.remoteAddress, search) ||
    isIn(snapshot.childId, search) ||
    (snapshot.protocol !== '' && isIn(maskedProtocol(snapshot.protocol), search)) ||
    isIn(shownPath(connection), search)
  );
}

/** By what a connection is sorted. */
export function connectionKey(
  connection: ListedConnection,
  snapshot: ConnectionSnapshot,
  by: ConnectionSortKey,
): SortKey | undefined {
  if (by === 'latencyMs') return connection.latencyMs;
  return by === 'id' ? numberedKey(snapshot.id) : snapshot[by];
}
