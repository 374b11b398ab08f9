import type { Connection } from '../../../supervisor/api/connection.js';
import { maskedProtocol, maskedUrl } from '../../redaction/masked.js';
import type { ConnectionRow } from '../protocol/tables.js';

/** What a row is made of. */
export type ListedConnection = Pick<Connection<unknown>, 'request' | 'latencyMs' | 'toJSON'>;

/** A row of the table of connections, without the query of its URL and without a credential as subprotocol. */
export function connectionRow(connection: ListedConnection): ConnectionRow {
  const { id, childId, epoch, role, state, protocol, remoteAddress, openedAt, ...counts } = connection.toJSON();
  const path = shownPath(connection);
  const { latencyMs } = connection;
  return {
    id,
    ...(childId === undefined ? {} : { childId }),
    role,
    state,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    ...(path === undefined ? {} : { path }),
    ...(protocol === '' ? {} : { protocol: maskedProtocol(protocol) }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
    ...counts,
  };
}

/** The path of its request, without what is masked in it; `undefined` on dialed connections. */
export function shownPath({ request }: Pick<ListedConnection, 'request'>): string | undefined {
  return request === undefined ? undefined : maskedUrl(request.path);
}
