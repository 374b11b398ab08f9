import * as v from 'valibot';
import { branchMessage, must, number, object, oneOf, text, toggle } from './shape.js';

const SERVERS = 'a server such as "nats.internal:4222", or a list of them';

/** What a configuration file may say of the service's cluster. The library checks whether the values are allowed. */
export const cluster = object('an object of cluster settings', {
  nats: v.exactOptional(v.union([v.string(), v.array(v.string())], must(SERVERS))),
  redis: v.exactOptional(text('the URL of a Redis server')),
  name: v.exactOptional(text('a text')),
  history: v.exactOptional(
    v.union(
      [v.literal(false), object('an object of history settings', { messages: v.number(), ageMs: v.number() })],
      (issue) => branchMessage(issue, must('false or an object of messages and ageMs')),
    ),
  ),
  storage: v.exactOptional(oneOf(['file', 'memory'])),
  replicas: number,
  survivesRestart: toggle,
  needsBroker: toggle,
});

export type ClusterConfig = v.InferOutput<typeof cluster>;

/** What rooms keep for clients that come back, unless it is said. */
export const DEFAULT_HISTORY = { messages: 1_000, ageMs: 600_000 };
