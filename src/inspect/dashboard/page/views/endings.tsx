import type { CloseTrigger } from '../../../../transport/close-report.js';
import type { EndingQuery, EndingRow, EndingSortKey } from '../../protocol/tables.js';
import { bytes, count, duration, NOTHING } from '../model/format.js';
import { type Column, Grid } from '../parts/grid.js';
import { StateBadge } from '../parts/state-badge.js';
import { Time } from '../parts/time.js';
import { goTo } from '../parts/use-route.js';
import { useFeed } from '../store.js';
import { RowLink } from './connections.js';
import { Filter, Found, Search } from './filters.js';
import { useLook } from './use-look.js';

const COLUMNS: readonly Column<EndingRow, EndingSortKey>[] = [
  { id: 'id', title: 'Id', sortKey: 'id', cell: ({ id }) => <RowLink id={id} /> },
  { id: 'ended', title: 'Ended', sortKey: 'endedAt', isNumber: true, cell: ({ endedAt }) => <Time at={endedAt} /> },
  { id: 'outcome', title: 'Outcome', sortKey: 'outcome', cell: ({ outcome }) => <StateBadge state={outcome} /> },
  { id: 'trigger', title: 'Trigger', sortKey: 'trigger', cell: ({ trigger }) => trigger },
  { id: 'code', title: 'Code', sortKey: 'code', isNumber: true, cell: ({ code }) => code },
  { id: 'text', title: 'Explanation', isExtra: true, cell: ({ text }) => <span title={text}>{text}</span> },
  {
    id: 'address',
    title: 'Address',
    sortKey: 'remoteAddress',
    isExtra: true,
    cell: ({ remoteAddress }) => remoteAddress ?? NOTHING,
  },
  { id: 'child', title: 'Child', sortKey: 'childId', isExtra: true, cell: ({ childId }) => childId ?? NOTHING },
  {
    id: 'open',
    title: 'Was open',
    sortKey: 'openMs',
    isNumber: true,
    isExtra: true,
    cell: ({ openMs }) => (openMs === undefined ? 'never' : duration(openMs)),
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
    id: 'bytes-out',
    title: 'Out',
    sortKey: 'bytesOut',
    isNumber: true,
    isExtra: true,
    cell: ({ bytesOut }) => bytes(bytesOut),
  },
];

/** The compiler checks that every trigger is here. */
const TRIGGERS = Object.keys({
  'called-off': 0,
  'close-called': 0,
  'dial-failed': 0,
  drained: 0,
  expired: 0,
  'handler-returned': 0,
  'handler-threw': 0,
  idle: 0,
  limit: 0,
  'liveness-lost': 0,
  'open-deadline': 0,
  'peer-closed': 0,
  'protocol-error': 0,
  refused: 0,
  'slow-handler': 0,
  'slow-peer': 0,
  'socket-ended': 0,
  'socket-error': 0,
  'supervisor-stopped': 0,
  terminated: 0,
  'too-big': 0,
} satisfies Record<CloseTrigger, 0>) as CloseTrigger[];

const DEFAULT_SORT = { by: 'endedAt', descending: true } as const;

/** The latest endings that the supervisor keeps. */
export function EndingsView({ query }: { query: EndingQuery }) {
  const rows = useFeed((state) => state.endings);
  const refusal = useFeed((state) => state.refusal);
  const onSight = useLook({ table: 'endings', query });
  const refine = (change: Partial<Record<keyof EndingQuery, unknown>>): void =>
    goTo({ view: 'endings', query: { ...query, ...change } as EndingQuery }, true);
  return (
    <section class="table-view" aria-labelledby="view-title">
      <h1 id="view-title" tabIndex={-1}>
        Recent endings
      </h1>
      <search class="toolbar">
        <Search
          label="Search id, child, address, explanation"
          value={query.search ?? ''}
          onSearch={(search) => refine({ search: search || undefined })}
        />
        <Filter
          label="Outcome"
          values={['closed', 'failed']}
          value={query.outcome}
          onChange={(outcome) => refine({ outcome })}
        />
        <Filter label="Trigger" values={TRIGGERS} value={query.trigger} onChange={(trigger) => refine({ trigger })} />
        <Filter label="Role" values={['accepted', 'dialed']} value={query.role} onChange={(role) => refine({ role })} />
        <Found what="ending" total={rows?.total} of={rows?.of} query={JSON.stringify(query)} />
      </search>
      {refusal === undefined ? null : <p class="warning">{refusal}</p>}
      <Grid
        name="endings"
        label="Recent endings"
        columns={COLUMNS}
        rows={rows}
        sort={query.sort ?? DEFAULT_SORT}
        onSort={(sort) => refine({ sort })}
        onSight={onSight}
        onOpen={({ id }) => goTo({ view: 'subject', subject: { machine: 'connection', connectionId: id } })}
        isFaulty={({ outcome }) => outcome === 'failed'}
      />
    </section>
  );
}
