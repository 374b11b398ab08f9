import type { CloseTrigger } from '../../../../transport/close-report.js';
import type { EndingQuery, EndingRow, EndingSortKey } from '../../protocol/tables.js';
import { duration } from '../model/format.js';
import type { Column } from '../parts/grid.js';
import { StateBadge } from '../parts/state-badge.js';
import { Time } from '../parts/time.js';
import { goTo } from '../parts/use-route.js';
import { useFeed } from '../store.js';
import { ADDRESS, BYTES_OUT, CHILD, FRAMES_IN, FRAMES_OUT, ID } from './columns.js';
import { Filter } from './filters.js';
import { TableView } from './table-view.js';
import { useLook } from './use-look.js';

const COLUMNS: readonly Column<EndingRow, EndingSortKey>[] = [
  ID,
  { id: 'ended', title: 'Ended', sortKey: 'endedAt', isNumber: true, cell: ({ endedAt }) => <Time at={endedAt} /> },
  { id: 'outcome', title: 'Outcome', sortKey: 'outcome', cell: ({ outcome }) => <StateBadge state={outcome} /> },
  { id: 'trigger', title: 'Trigger', sortKey: 'trigger', cell: ({ trigger }) => trigger },
  { id: 'code', title: 'Code', sortKey: 'code', isNumber: true, cell: ({ code }) => code },
  { id: 'text', title: 'Explanation', isExtra: true, cell: ({ text }) => text },
  { ...ADDRESS, isExtra: true },
  { ...CHILD, isExtra: true },
  {
    id: 'open',
    title: 'Was open',
    sortKey: 'openMs',
    isNumber: true,
    isExtra: true,
    cell: ({ openMs }) => (openMs === undefined ? 'never' : duration(openMs)),
  },
  FRAMES_IN,
  FRAMES_OUT,
  BYTES_OUT,
];

/** The compiler checks that every trigger is here. */
const TRIGGERS = Object.keys({
  'called-off': 0,
  'close-called': 0,
  'dial-failed': 0,
  drained: 0,
  expired: 0,
  'frame-deadline': 0,
  'handler-returned': 0,
  'handler-threw': 0,
  idle: 0,
  quiet: 0,
  limit: 0,
  'liveness-lost': 0,
  memory: 0,
  'open-deadline': 0,
  'peer-closed': 0,
  'protocol-error': 0,
  'proxy-refused': 0,
  'ready-deadline': 0,
  refused: 0,
  'slow-handler': 0,
  'slow-peer': 0,
  'socket-ended': 0,
  'socket-error': 0,
  'supervisor-stopped': 0,
  terminated: 0,
  'too-big': 0,
  'too-fast': 0,
} satisfies Record<CloseTrigger, 0>) as CloseTrigger[];

const DEFAULT_SORT = { by: 'endedAt', descending: true } as const;

/** The latest endings that the supervisor keeps. */
export function EndingsView({ query }: { query: EndingQuery }) {
  const rows = useFeed((state) => state.endings);
  const onSight = useLook({ table: 'endings', query });
  const refine = (change: Partial<Record<keyof EndingQuery, unknown>>): void =>
    goTo({ view: 'endings', query: { ...query, ...change } as EndingQuery }, true);
  return (
    <TableView
      name="endings"
      title="Recent endings"
      label="Recent endings"
      searched="id, child, address, explanation"
      what="ending"
      columns={COLUMNS}
      rows={rows}
      query={query}
      sort={query.sort ?? DEFAULT_SORT}
      onSight={onSight}
      refine={refine}
      isFaulty={({ outcome }) => outcome === 'failed'}
    >
      <Filter
        label="Outcome"
        values={['closed', 'failed']}
        value={query.outcome}
        onChange={(outcome) => refine({ outcome })}
      />
      <Filter label="Trigger" values={TRIGGERS} value={query.trigger} onChange={(trigger) => refine({ trigger })} />
      <Filter label="Role" values={['accepted', 'dialed']} value={query.role} onChange={(role) => refine({ role })} />
    </TableView>
  );
}
