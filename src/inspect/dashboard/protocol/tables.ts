import type { CloseTrigger, EndedBy } from '../../../transport/close-report.js';

export type TableName = 'connections' | 'endings';

/** A part of a table: rows from `first` on, at most 200. */
export interface Window {
  readonly first: number;
  readonly count: number;
}

/** Which connections, and in which order. An absent field does not restrict. */
export interface ConnectionQuery {
  /** Text that the id, child, address, path, or subprotocol contains, whatever its case; at most 200 characters. */
  readonly search?: string;
  readonly state?: 'connecting' | 'open' | 'closing';
  readonly role?: 'accepted' | 'dialed';
  /** The id of its listener or dialer. */
  readonly childId?: string;
  /** Connections to whose peer at least so many bytes wait. */
  readonly minBufferedBytes?: number;
  /** Default: those that began last come first. Equal ones keep the order in which they began. */
  readonly sort?: { readonly by: ConnectionSortKey; readonly descending: boolean };
}

export type ConnectionSortKey = Exclude<keyof ConnectionRow, 'path' | 'protocol' | 'epoch'>;

export interface EndingQuery {
  /** Text that the id, child, address, or sentence contains, whatever its case; at most 200 characters. */
  readonly search?: string;
  readonly outcome?: 'closed' | 'failed';
  readonly trigger?: CloseTrigger;
  readonly role?: 'accepted' | 'dialed';
  readonly childId?: string;
  readonly code?: number;
  /** Default: those that ended last come first. */
  readonly sort?: { readonly by: EndingSortKey; readonly descending: boolean };
}

export type EndingSortKey = Exclude<keyof EndingRow, 'text' | 'endedBy' | 'wasClean'>;

interface RowsOf<Table extends TableName, Row> {
  readonly type: 'rows';
  readonly table: Table;
  readonly look: number;
  /** When the order was found: rows have the values of now, and stand where they stood then. */
  readonly asOf: number;
  /** How many rows the whole result has. */
  readonly total: number;
  /** How many there are without the query. */
  readonly of: number;
  readonly first: number;
  /** A connection that has ended since `asOf` has its final state, `closed` or `failed`. */
  readonly rows: readonly Row[];
}

export type ConnectionRows = RowsOf<'connections', ConnectionRow>;
export type EndingRows = RowsOf<'endings', EndingRow>;

export interface ConnectionRow {
  readonly id: string;
  readonly childId?: string;
  readonly role: 'accepted' | 'dialed';
  readonly state: 'connecting' | 'open' | 'closing' | 'closed' | 'failed';
  readonly remoteAddress?: string;
  /** The path of the opening handshake's request, without its query; absent on dialed connections. */
  readonly path?: string;
  readonly protocol?: string;
  readonly epoch?: number;
  readonly openedAt?: number;
  readonly latencyMs?: number;
  readonly bufferedBytes: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface EndingRow {
  readonly id: string;
  readonly childId?: string;
  readonly role: 'accepted' | 'dialed';
  readonly outcome: 'closed' | 'failed';
  readonly trigger: CloseTrigger;
  readonly endedBy?: EndedBy;
  readonly code: number;
  readonly wasClean: boolean;
  readonly remoteAddress?: string;
  readonly endedAt: number;
  /** How long it was open, in ms; absent if it never opened. */
  readonly openMs?: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** `explain`'s sentence. */
  readonly text: string;
}
