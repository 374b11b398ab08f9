import type { CloseTrigger } from '../../../transport/close-report.js';
import type { ShownCluster } from './cluster.js';

/**
 * Sent at once after `welcome`, and then each second: all that is true of the whole. A viewer that does not keep up
 * misses some of them: `missed` counts these.
 */
export interface Overview {
  readonly type: 'overview';
  readonly at: number;
  /** How many overviews this viewer has missed so far, because it had not read what was sent before. */
  readonly missed: number;
  /** The latest second, as the last element of the series would be. */
  readonly second: Sample;
  /** The latest minute that is complete, after each minute once. */
  readonly minute?: Sample;
  /** The tree, the topmost supervisor first; its `parent` is absent. A parent always stands before its children. */
  readonly supervisors: readonly SupervisorNode[];
  /** How many supervisors are left out, beyond the first 200. */
  readonly supervisorsOmitted: number;
  /** The cluster that the process belongs to, if the dashboard was given one. */
  readonly cluster?: ShownCluster;
  readonly machines: Readonly<Record<MachineName, MachineFlow>>;
  /** Since the dashboard was created. */
  readonly totals: Totals;
}

export type MachineName = 'connection' | 'dialer' | 'supervisor';

/** How many machines of one kind stand where, and which ways they took. */
export interface MachineFlow {
  /** States by path, such as `closing.awaitingPeer`: only those in which a machine stands now or ever stood. */
  readonly states: Readonly<Record<string, StateFlow>>;
  /** Every step that was taken since the start, also those that led nowhere (`from` and `to` are the same). */
  readonly edges: readonly EdgeFlow[];
}

export interface StateFlow {
  /** Machines that stand in this state now. Ended ones are not counted. */
  readonly now: number;
  /** How often it was entered since the start. */
  readonly entered: number;
}

/**
 * One way from state to state. Several ways may share an arrow of the diagram.
 */
export interface EdgeFlow {
  readonly from: string;
  /** The type of the event. */
  readonly event: string;
  readonly to: string;
  readonly lastSecond: number;
  readonly lastMinute: number;
  readonly sinceStart: number;
}

export interface Totals {
  readonly opened: number;
  readonly ended: number;
  /** Endings by trigger; triggers that never occurred are absent. */
  readonly endings: Readonly<Partial<Record<CloseTrigger, number>>>;
  /** Opening handshakes refused, by HTTP status. */
  readonly refused: Readonly<Record<string, number>>;
  /** The same, by reason. */
  readonly refusedBy: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly framesDropped: number;
}

/** The last 10 minutes by second, or the last day by minute. */
export type Resolution = 'second' | 'minute';

/** What is measured over one second or one minute. In a `Series` each of these is a column. */
export interface SampleFields<Value> {
  /** Connections at the end of the span. */
  readonly connecting: Value;
  readonly open: Value;
  readonly closing: Value;
  /** Counted during the span. */
  readonly opened: Value;
  readonly ended: Value;
  readonly refused: Value;
  readonly restarts: Value;
  readonly framesIn: Value;
  readonly framesOut: Value;
  readonly bytesIn: Value;
  readonly bytesOut: Value;
  readonly framesDropped: Value;
  /** Bytes that wait for peers, of all connections, at the end of the span; the latest known figure. */
  readonly bufferedBytes: Value;
  /** The longest that the event loop of the process was late during the span, in ms. */
  readonly loopLagMs: Value;
  /** The part of the span in which the event loop was busy, 0 to 1. */
  readonly loopBusy: Value;
  /** Memory of the process at the end of the span, in bytes. */
  readonly heapUsed: Value;
  readonly external: Value;
  readonly rss: Value;
}

export interface Sample extends SampleFields<number> {
  /** The end of the span. */
  readonly at: number;
  /** Endings of the span, by trigger; triggers without one are absent. */
  readonly endings: Readonly<Partial<Record<CloseTrigger, number>>>;
}

/** The history of a resolution in columns of the same length, oldest first, for a chart. */
export interface Series extends SampleFields<readonly number[]> {
  readonly type: 'series';
  readonly resolution: Resolution;
  readonly at: readonly number[];
  /** A column for each trigger that occurred in the history. */
  readonly endings: Readonly<Partial<Record<CloseTrigger, readonly number[]>>>;
}

/** One supervisor of the tree, with its children that are no supervisors. */
export interface SupervisorNode {
  /** Identifies it among all supervisors as long as the dashboard lives, also across restarts: `s1`. */
  readonly key: string;
  readonly parent?: string;
  /** Its id among the children of its parent. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly isReady: boolean;
  readonly connections: number;
  /** Restarts within the window of its intensity now, and how many are allowed. */
  readonly intensity: { readonly used: number; readonly restarts?: number; readonly withinMs?: number };
  /** Restarts of its children, and of those below them, since it was created. */
  readonly restarts: number;
  /** A drain that is under way. */
  readonly drain?: {
    readonly isPartial: boolean;
    readonly total: number;
    readonly left: number;
    readonly since: number;
  };
  /** At most 100, those first that do not run, then those that were restarted. */
  readonly children: readonly ChildNode[];
  readonly childrenOmitted: number;
}

/** A listener, dialer, or worker; or the place of a child supervisor, whose own node has its id and `parent`. */
export interface ChildNode {
  readonly id: string;
  readonly kind: 'listener' | 'dialer' | 'worker' | 'supervisor' | 'unknown';
  /** As a child: `running`, `restarting`, ... */
  readonly state: string;
  readonly restart: string;
  readonly restarts: number;
  /** Of a listener: `listening`, `suspended`, `stopped`. Of a dialer: the state of its machine. */
  readonly ownState?: string;
  /** Of a listener. */
  readonly connections?: number;
  readonly port?: number;
  /** Of a dialer: the connection that is up. */
  readonly connectionId?: string;
}
