import type { ComponentChildren } from 'preact';
import type { Rows, RowWindow } from '../model/rows.js';
import { type Column, Grid, type Sort } from '../parts/grid.js';
import { goTo } from '../parts/use-route.js';
import { useFeed } from '../store.js';
import { Found, Search } from './filters.js';

interface TableViewProps<Row, SortKey extends string> {
  readonly name: string;
  readonly title: string;
  readonly label: string;
  /** What a search looks at: `id, path`. */
  readonly searched: string;
  /** The singular of what the rows are. */
  readonly what: string;
  readonly columns: readonly Column<Row, SortKey>[];
  readonly rows: Rows<Row> | undefined;
  readonly query: { readonly search?: string };
  readonly sort: Sort<SortKey>;
  readonly onSight: (visible: RowWindow) => void;
  /** Changes the query. */
  readonly refine: (change: { readonly search?: string | undefined; readonly sort?: Sort<SortKey> }) => void;
  readonly isFaulty: (row: Row) => boolean;
  /** The filters. */
  readonly children: ComponentChildren;
}

/** A table of the server, with its search and its filters. A row leads to its connection. */
export function TableView<Row extends { readonly id: string }, SortKey extends string>(
  props: TableViewProps<Row, SortKey>,
) {
  const { name, title, label, searched, what, columns, rows, query, sort, onSight, refine, isFaulty, children } = props;
  const refusal = useFeed((state) => state.refusal);
  return (
    <section class="table-view" aria-labelledby="view-title">
      <h1 id="view-title" tabIndex={-1}>
        {title}
      </h1>
      <search class="toolbar">
        <Search
          label={`Search ${searched}`}
          value={query.search ?? ''}
          onSearch={(search) => refine({ search: search || undefined })}
        />
        {children}
        <Found what={what} total={rows?.total} of={rows?.of} query={JSON.stringify(query)} />
      </search>
      {refusal === undefined ? null : <p class="warning">{refusal}</p>}
      <Grid
        name={name}
        label={label}
        columns={columns}
        rows={rows}
        sort={sort}
        onSort={(chosen) => refine({ sort: chosen })}
        onSight={onSight}
        onOpen={({ id }) => goTo({ view: 'subject', subject: { machine: 'connection', connectionId: id } })}
        isFaulty={isFaulty}
      />
    </section>
  );
}
