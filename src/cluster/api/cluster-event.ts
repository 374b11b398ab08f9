import type { TopicPosition } from './position.js';

/** What happens to a cluster, as this node sees it. */
export type ClusterEvent =
  | { readonly type: 'broker.up'; readonly broker: string }
  /** The link has ended, or an attempt has failed; the node goes on trying. */
  | { readonly type: 'broker.down'; readonly broker: string; readonly error: unknown }
  | { readonly type: 'node.joined'; readonly node: string }
  /** A node has not been heard for half of `lostAfterMs`: it is slow, stalled, or gone. */
  | { readonly type: 'node.silent'; readonly node: string }
  | { readonly type: 'node.draining'; readonly node: string }
  /** A node has stopped in good order. */
  | { readonly type: 'node.left'; readonly node: string }
  /** A node was silent for `lostAfterMs`: it is taken for lost, with its members. */
  | { readonly type: 'node.lost'; readonly node: string }
  /**
   * Members of a topic on this node may have missed messages: without history after each loss of the link, with history
   * only if the broker no longer had them. What is published after the event is received. `from` is the position of the
   * last message before the gap.
   */
  | { readonly type: 'topic.gap'; readonly topic: string; readonly from?: TopicPosition | undefined }
  /** Messages that this node had not got, after a loss of the link for example, were read from the history in order. */
  | { readonly type: 'topic.caught-up'; readonly topic: string; readonly messages: number }
  /** Members have not taken a message, since they read too slowly or have just closed. */
  | { readonly type: 'topic.dropped'; readonly topic: string; readonly connections: number }
  /** The history of a topic could not be read; it is tried again. */
  | { readonly type: 'topic.error'; readonly topic: string; readonly error: unknown }
  /** A message of another node could not be understood, and was left out. */
  | { readonly type: 'node.garbled'; readonly subject: string; readonly error: unknown }
  /** A subscriber of `events$` or `presence$` threw, and was detached. */
  | { readonly type: 'observer.threw'; readonly error: unknown };
