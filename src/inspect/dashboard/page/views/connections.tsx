import type { ConnectionQuery, ConnectionRow, ConnectionSortKey } from '../../protocol/tables.js';
import { bytes, duration, NOTHING } from '../model/format.js';
import type { Column } from '../parts/grid.js';
import { StateBadge } from '../parts/state-badge.js';
import { Time } from '../parts/time.js';
import { goTo } from '../parts/use-route.js';
import { useFeed } from '../store.js';
import { ADDRESS, BYTES_IN, BYTES_OUT, CHILD, FRAMES_IN, FRAMES_OUT, ID } from './columns.js';
import { Filter } from './filters.js';
import { TableView } from './table-view.js';
import { useLook } from './use-look.js';

const COLUMNS: readonly Column<ConnectionRow, ConnectionSortKey>[] = [
  ID,
  { id: 'state', title: 'State', sortKey: 'state', cell: ({ state }) => <StateBadge state={state} /> },
  ADDRESS,
  CHILD,
  { id: 'role', title: 'Role', sortKey: 'role', isExtra: true, cell: ({ role }) => role },
  { id: 'path', title: 'Path', isExtra: true, cell: ({ path }) => path ?? NOTHING },
  { id: 'protocol', title: 'Protocol', isExtra: true, cell: ({ protocol }) => protocol || NOTHING },
  {
    id: 'opened',
    title: 'Opened',
    sortKey: 'openedAt',
    isNumber: true,
    cell: ({ openedAt }) => <Time at={openedAt} />,
  },
  {
    id: 'latency',
    title: 'Round trip',
    sortKey: 'latencyMs',
    isNumber: true,
    isExtra: true,
    cell: ({ latencyMs }) => (latencyMs === undefined ? NOTHING : duration(latencyMs)),
  },
  {
    id: 'buffered',
    title: 'Buffered',
    sortKey: 'bufferedBytes',
    isNumber: true,
    cell: ({ bufferedBytes }) => bytes(bufferedBytes),
  },
  FRAMES_IN,
  FRAMES_OUT,
  BYTES_IN,
  BYTES_OUT,
];

const DEFAULT_SORT = { by: 'openedAt', descending: true } as const;

/** All live connections. */
export function ConnectionsView({ query }: { query: ConnectionQuery }) {
  const rows = useFeed((state) => state.connections);
  const onSight = useLook({ table: 'connections', query });
  const refine = (change: Partial<Record<keyof ConnectionQuery, unknown>>): void =>
    goTo({ view: 'connections', query: { ...query, ...change } as ConnectionQuery }, true);
  return (
    <TableView
      name="connections"
      title="Connections"
      label="Live connections"
      searched="id, child, address, path, protocol"
      what="connection"
      columns={COLUMNS}
      rows={rows}
      query={query}
      sort={query.sort ?? DEFAULT_SORT}
      onSight={onSight}
      refine={refine}
      isFaulty={({ state }) => state === 'failed'}
    >
      <Filter
        label="State"
        values={['connecting', 'open', 'closing']}
        value={query.state}
        onChange={(state) => refine({ state })}
      />
      <Filter label="Role" values={['accepted', 'dialed']} value={query.role} onChange={(role) => refine({ role })} />
      {query.childId === undefined ? null : (
        <Filter
          label="Child"
          values={[query.childId]}
          value={query.childId}
          onChange={(childId) => refine({ childId })}
        />
      )}
    </TableView>
  );
}
