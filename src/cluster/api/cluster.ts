import type { Observable } from 'rxjs';
import type { Connection } from '../../supervisor/api/connection.js';
import type { WaitOptions } from '../../supervisor/api/wait-options.js';
import type { CloseFrame } from '../../transport/close-report.js';
import type { Broker } from '../port/broker.js';
import type { ClusterEvent } from './cluster-event.js';
import type { ClusterTopics, Topic, TopicHistory } from './topic.js';

/** How a node joins a cluster. */
export interface ClusterOptions {
  /** What the nodes speak through: `natsBroker` of `wirekeeper/nats` or `redisBroker` of `wirekeeper/redis`. */
  readonly broker: Broker;
  /** Nodes with the same name at the same broker are one cluster. At most 64 bytes of UTF-8. */
  readonly name: string;
  /** The node's name, such as the machine's: 1 to 64 bytes. Its id has a random part as well. Default `node`. */
  readonly node?: string | undefined;
  /** How often a node says that it is there, in ms: 50 to 60,000. Default 1,000. */
  readonly heartbeatMs?: number | undefined;
  /** How long a node may be silent before the others take it for lost, in ms; above `heartbeatMs`. Default 5,000. */
  readonly lostAfterMs?: number | undefined;
  /**
   * How long the members of a node that drains or stops stay present unless they come back elsewhere, in ms: a rolling
   * restart moves them. Longer than the delay that a drain advises them, its `adviseReconnectMs`. Default 8,000.
   */
  readonly graceMs?: number | undefined;
  /** How long a topic goes on listening after its last member has left, in ms. Default 1,000. */
  readonly idleMs?: number | undefined;
  /** How long an attempt to reach the broker may take, in ms. Default 5,000. */
  readonly connectWithinMs?: number | undefined;
  /**
   * Returns a number from 0 to below 1 for each pause before the broker is tried again: with a seeded one, a test can
   * be replayed. Default `Math.random`.
   */
  readonly random?: (() => number) | undefined;
  /** Whether `isReady` is true only while the broker is reached. Default false: sockets do without for a while. */
  readonly needsBroker?: boolean | undefined;
}

/**
 * Whether a node reaches the broker. `connecting`: not yet, or not again after a loss, which `down` says until the next
 * attempt; `stopped` is final.
 */
export type ClusterStatus = 'connecting' | 'up' | 'down' | 'stopped';

/** A node of the cluster, as another one sees it. */
export interface ClusterNode {
  readonly id: string;
  readonly isSelf: boolean;
  /** Whether it drains. */
  readonly isDraining: boolean;
}

/** What `close` has done. */
export interface CloseAccount {
  /** How many connections were closed. */
  readonly closed: number;
  /** On how many nodes there were such connections. */
  readonly nodes: number;
  /** Nodes that have not answered in time, so that nobody knows. While the broker is not reached: all others. */
  readonly unanswered: readonly string[];
}

/** How the connections of an identity are closed. */
export interface IdentityClose extends Partial<CloseFrame> {
  /** How long the other nodes may take to answer, in ms. Default 1,000. */
  readonly withinMs?: number | undefined;
}

/** This node's part of a cluster. It is a child of its supervisor, and stops with it. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  /** This node's id: its name, and a random part that is different after each start. */
  readonly node: string;
  readonly status: ClusterStatus;
  /**
   * Whether the supervisor takes connections and, with `needsBroker`, the broker is reached: for a readiness probe.
   */
  readonly isReady: boolean;
  /** The nodes that this one knows of, itself included. */
  readonly nodes: readonly ClusterNode[];
  /** The topics that this node follows. */
  readonly topics: ClusterTopics;
  /** Hot; completes when the cluster has stopped. A subscriber that throws is detached. */
  readonly events$: Observable<ClusterEvent>;
  /**
   * Resolves when the broker is reached.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason when it aborts; {BrokerDownError} when the
   *   cluster stops. All by rejection.
   */
  connected(options?: WaitOptions): Promise<void>;
  /**
   * Returns a topic: connections on all nodes, and what is published to them. All nodes give it the same `history`;
   * with another one it is another topic.
   *
   * @throws {OptionError} for a wrong name or option.
   */
  topic(name: string, options?: { readonly history?: TopicHistory | undefined }): Topic;
  /**
   * Says who is at the other end of a connection, in place of what was said before. Connections whose `authenticate`
   * has granted an `identity` need no call.
   *
   * @returns `false` if the connection is not open.
   * @throws {OptionError} for what is no identity, and for what is no connection of this copy of the package.
   */
  identify(connection: Connection<unknown>, identity: string): boolean;
  /**
   * Closes all connections of an identity on all nodes, with `code` (default 1000) and `reason`.
   *
   * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent. By
   *   rejection; nothing is closed then.
   */
  close(identity: string, options?: IdentityClose): Promise<CloseAccount>;
  /** Leaves the cluster: connections stay, and are members of nothing. A second call joins the first. */
  stop(): Promise<void>;
}
