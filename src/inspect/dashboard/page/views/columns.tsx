import type { ConnectionRow } from '../../protocol/tables.js';
import { bytes, count, NOTHING } from '../model/format.js';
import { connectionHash } from '../model/route.js';
import type { Column } from '../parts/grid.js';

/** What the rows of both tables have. */
type Shared = Pick<
  ConnectionRow,
  'id' | 'childId' | 'remoteAddress' | 'framesIn' | 'framesOut' | 'bytesIn' | 'bytesOut'
>;

const shared = <Key extends keyof Shared>(column: Column<Shared, Key>): Column<Shared, Key> => column;

export const ID = shared({ id: 'id', title: 'Id', sortKey: 'id', cell: ({ id }) => <RowLink id={id} /> });

export const ADDRESS = shared({
  id: 'address',
  title: 'Address',
  sortKey: 'remoteAddress',
  cell: ({ remoteAddress }) => remoteAddress ?? NOTHING,
});

export const CHILD = shared({
  id: 'child',
  title: 'Child',
  sortKey: 'childId',
  cell: ({ childId }) => childId ?? NOTHING,
});

const counter = { isNumber: true, isExtra: true } as const;

export const FRAMES_IN = shared({
  ...counter,
  id: 'frames-in',
  title: 'Msgs in',
  sortKey: 'framesIn',
  cell: ({ framesIn }) => count(framesIn),
});

export const FRAMES_OUT = shared({
  ...counter,
  id: 'frames-out',
  title: 'Msgs out',
  sortKey: 'framesOut',
  cell: ({ framesOut }) => count(framesOut),
});

export const BYTES_IN = shared({
  ...counter,
  id: 'bytes-in',
  title: 'In',
  sortKey: 'bytesIn',
  cell: ({ bytesIn }) => bytes(bytesIn),
});

export const BYTES_OUT = shared({
  ...counter,
  id: 'bytes-out',
  title: 'Out',
  sortKey: 'bytesOut',
  cell: ({ bytesOut }) => bytes(bytesOut),
});

/** The link of a row. The row itself takes the focus, so that a table is one stop of the Tab key. */
function RowLink({ id }: { id: string }) {
  return (
    <a href={connectionHash(id)} tabIndex={-1} class="id">
      {id}
    </a>
  );
}
