// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export type {
  CloseAccount,
  Cluster,
  ClusterNode,
  ClusterOptions,
  ClusterStatus,
  IdentityClose,
} from './api/cluster.js';
export type { ClusterEvent } from './api/cluster-event.js';
export { type TopicFrame, type TopicReader, topicPosition } from './api/envelope.js';
export { BrokerDownError } from './api/errors.js';
export { formatPosition, parsePosition, type TopicPosition } from './api/position.js';
export type {
  AddOptions,
  ClusterTopics,
  Missed,
  PresenceChange,
  PublishOptions,
  PublishResult,
  Resumed,
  Topic,
  TopicCount,
  TopicHistory,
  TopicMember,
} from './api/topic.js';
export { createCluster } from './create-cluster.js';
export type {
  AppendResult,
  Broker,
  BrokerLink,
  BrokerLog,
  BrokerMessage,
  BrokerRequest,
  LogEntry,
  LogPlace,
  LogRead,
  LogSpec,
} from './port/broker.js';
