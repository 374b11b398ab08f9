import type { ConnectionQuery, ConnectionRow, ConnectionSortKey } from '../../protocol/tables.js';
import { bytes, count, duration, NOTHING } from '../model/format.js';
import { connectionHash } from '../model/route.js';
import { type Column, Grid } from '../parts/grid.js';
import { StateBadge } from '../parts/state-badge.js';
import { Time } from '../parts/time.js';
import { goTo } from '../parts/use-route.js';
import { useFeed } from '../store.js';
import { Filter, Found, Search } from './filters.js';
import { useLook } from './use-look.js';

const COLUMNS: readonly Column<ConnectionRow, ConnectionSortKey>[] = [
  { id: 'id', title: 'Id', sortKey: 'id', cell: ({ id }) => <RowLink id={id} /> },
  { id: 'state', title: 'State', sortKey: 'state', cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'address', title: 'Address', sortKey: 'remoteAddress', cell: ({ remoteAddress }) => remoteAddress ?? NOTHING },
  { id: 'child', title: 'Child', sortKey: 'childId', cell: ({ childId }) => childId ?? NOTHING },
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
  {
    id: 'frames-in',
    title: 'Msgs in',
    sortKey: 'framesIn',
    isNumber: true,
    isExtra: true,
    cell: ({ framesIn }) => count(framesIn),
  },
  {
    id: 'frames-out',
    title: 'Msgs out',
    sortKey: 'framesOut',
    isNumber: true,
    isExtra: true,
    cell: ({ framesOut }) => count(framesOut),
  },
  {
    id: 'bytes-in',
    title: 'In',
    sortKey: 'bytesIn',
    isNumber: true,
    isExtra: true,
    cell: ({ bytesIn }) => bytes(bytesIn),
  },
  {
    id: 'bytes-out',
    title: 'Out',
    sortKey: 'bytesOut',
    isNumber: true,
    isExtra: true,
    cell: ({ bytesOut }) => bytes(bytesOut),
  },
];

const DEFAULT_SORT = { by: 'openedAt', descending: true } as const;

/** All live connections. */
export function ConnectionsView({ query }: { query: ConnectionQuery }) {
  const rows = useFeed((state) => state.connections);
  const refusal = useFeed((state) => state.refusal);
  const onSight = useLook({ table: 'connections', query });
  const refine = (change: Partial<Record<keyof ConnectionQuery, unknown>>): void =>
    goTo({ view: 'connections', query: { ...query, ...change } as ConnectionQuery }, true);
  return (
    <section class="table-view" aria-labelledby="view-title">
      <h1 id="view-title" tabIndex={-1}>
        Connections
      </h1>
      <search class="toolbar">
        <Search
          label="Search id, child, address, path, protocol"
          value={query.search ?? ''}
          onSearch={(search) => refine({ search: search || undefined })}
        />
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
        <Found what="connection" total={rows?.total} of={rows?.of} query={JSON.stringify(query)} />
      </search>
      {refusal === undefined ? null : <p class="warning">{refusal}</p>}
      <Grid
        name="connections"
        label="Live connections"
        columns={COLUMNS}
        rows={rows}
        sort={query.sort ?? DEFAULT_SORT}
        onSort={(sort) => refine({ sort })}
        onSight={onSight}
        onOpen={({ id }) => goTo({ view: 'subject', subject: { machine: 'connection', connectionId: id } })}
        isFaulty={({ state }) => state === 'failed'}
      />
    </section>
  );
}

/** The link of a row. The row itself takes the focus, so that a table is one stop of the Tab key. */
export function RowLink({ id }: { id: string }) {
  return (
    <a href={connectionHash(id)} tabIndex={-1} class="id">
      {id}
    </a>
  );
}
