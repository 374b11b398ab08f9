import type { Observable } from 'rxjs';
import type { Connection } from '../../supervisor/api/connection.js';
import type { WaitOptions } from '../../supervisor/api/wait-options.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import type { TopicPosition } from './position.js';

/** What a topic keeps for those who come back: at least one of the two bounds drops older messages. */
export interface TopicHistory {
  /** How many messages, 1 to 1,000,000. */
  readonly messages: number;
  /** For how long, in ms: 1,000 to 2^31 - 1. */
  readonly ageMs: number;
}

/** What became of a message that was published. */
export interface PublishResult {
  /**
   * - `taken`: with history, the broker has stored it, and it reaches every node that is there, in the order of the
   *   positions. Without history it was handed over, to be delivered at most once.
   * - `unconfirmed`: the broker has not answered in time: it may have it or not.
   * - `down`: the broker is not reached, or it takes no more for now; nobody gets the message.
   * - `refused`: the broker has refused it, as `error` says; nobody gets the message.
   */
  readonly result: 'taken' | 'unconfirmed' | 'down' | 'refused';
  /** Where it stands in the history. */
  readonly position?: TopicPosition | undefined;
  readonly error?: Error | undefined;
}

/** How a message is published. */
export interface PublishOptions {
  /** A local connection that does not get it: the one that it came from. Default none. */
  readonly except?: Connection<unknown> | undefined;
  /** How long the broker may take to store it, in ms; with history only. Default 2,000. */
  readonly withinMs?: number | undefined;
}

/** How a connection belongs to a topic. */
export interface AddOptions {
  /**
   * What `members` of every node show of it: any value that JSON has a text for, at most 1,024 bytes of it. `null` is
   * one. Without it the connection is counted and not listed.
   */
  readonly presence?: unknown;
  /**
   * Who that is: connections with the same key are one member. Default: the connection's identity, or else its id.
   */
  readonly key?: string | undefined;
  /**
   * Whether its messages have their position in front (`topicPosition` reads them), for topics with history. Default
   * false.
   */
  readonly envelope?: boolean | undefined;
}

/** What was missed, as `since` returns it. */
export interface Missed {
  /** The messages after the position, oldest first. */
  readonly frames: readonly Pick<Frame, 'data' | 'isBinary'>[];
  /** The position of the last of them. */
  readonly position: TopicPosition;
  /**
   * Whether these are all there were: false if the position is too old, of another history, or none at all, and when
   * there are more messages than `limit`.
   */
  readonly isComplete: boolean;
}

/** How a connection was brought up to date. */
export interface Resumed {
  /** Whether the connection has become a member: false if it closed meanwhile. */
  readonly isMember: boolean;
  /** How many missed messages it was sent. */
  readonly sent: number;
  /** Whether these were all: false as in `Missed`, and when the connection took some of them no more. */
  readonly isComplete: boolean;
  /** Everything up to there was sent; what comes after is live. */
  readonly position: TopicPosition;
}

/** One member of a topic, on any node. */
export interface TopicMember {
  readonly key: string;
  /** What `add` was given as `presence`, for the connection that came last. */
  readonly presence: unknown;
  readonly connections: number;
}

/** Who came to a topic and who left, by key. A member whose `presence` has changed has come again. */
export interface PresenceChange {
  readonly joined: readonly TopicMember[];
  readonly left: readonly TopicMember[];
}

/** How many connections belong to a topic. */
export interface TopicCount {
  readonly connections: number;
  /** How many nodes have answered, this one included. */
  readonly nodes: number;
  /** Nodes that have not answered in time: their connections are not counted. */
  readonly unanswered: readonly string[];
}

/** Connections on all nodes, by a name. */
export interface Topic {
  readonly name: string;
  readonly history: TopicHistory | undefined;
  /** The members on this node. */
  readonly size: number;
  has(connection: Connection<unknown>): boolean;
  /**
   * Adds an open connection, which leaves by itself when it begins to close; `false` if it is not open. It gets what is
   * published from now on. For a member it sets the options again.
   *
   * @throws {OptionError} for a wrong option, and for what is no connection of this copy of the package.
   */
  add(connection: Connection<unknown>, options?: AddOptions): boolean;
  /** Removes a connection; `false` if it was no member. */
  delete(connection: Connection<unknown>): boolean;
  /**
   * Publishes a message to the members on all nodes. Nothing is kept to be sent later. Whether anybody is there does
   * not matter.
   *
   * @throws {OptionError} for what cannot be sent, and for wrong options, by rejection.
   */
  publish(data: Sendable, options?: PublishOptions): Promise<PublishResult>;
  /**
   * Reads what was published after a position. `limit` is the most messages; default and most: as many as are kept.
   *
   * @throws {OptionError} for wrong options, and on a topic without history; {BrokerDownError} when the broker is not
   *   reached, or does not answer. All by rejection.
   */
  since(position: TopicPosition | undefined, options?: { readonly limit?: number }): Promise<Missed>;
  /**
   * Sends a connection what it has missed since a position, then makes it a member, with no gap in between and nothing
   * twice. Without a position it begins with what is published from now on.
   *
   * @throws {OptionError} as `add`, and on a topic without history; {BrokerDownError} when the broker is not reached,
   *   or does not answer: the connection is no member then. All by rejection.
   */
  resume(connection: Connection<unknown>, position?: TopicPosition, options?: AddOptions): Promise<Resumed>;
  /**
   * The members on all nodes that were added with a `presence`, while this node follows the topic: as long as it has a
   * member here, or `presence$` has a subscriber.
   */
  members(): readonly TopicMember[];
  /** How `members` changes. Hot; subscribing follows the topic. It completes when the cluster stops. */
  readonly presence$: Observable<PresenceChange>;
  /**
   * Asks all nodes how many connections they have here, with `presence` or without.
   *
   * @throws {OptionError} for wrong options, by rejection.
   */
  count(options?: Pick<WaitOptions, 'withinMs'>): Promise<TopicCount>;
}

/** The topics that a node follows: those that have members on it, or whose presence it watches, and a moment longer. */
export interface ClusterTopics extends Iterable<Topic> {
  readonly size: number;
}
