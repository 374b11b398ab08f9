import type { TopicHistory } from './api/topic.js';
import { logNameOf, tokenOf } from './names.js';
import type { LogSpec } from './port/broker.js';

/** A topic as nodes know it: topics of one name that keep differently much are different ones. */
export interface TopicKey {
  readonly name: string;
  readonly history: TopicHistory | undefined;
  /** A token that no other topic has. */
  readonly key: string;
  /** The log that it is kept in; `undefined` without history. */
  readonly log: LogSpec | undefined;
}

export function topicKey(cluster: string, name: string, history: TopicHistory | undefined): TopicKey {
  const token = tokenOf(name);
  if (history === undefined) return { name, history, key: token, log: undefined };
  const { messages, ageMs } = history;
  // No name has `_-` in its token.
  const key = `${token}_-${messages}_-${ageMs}`;
  return { name, history, key, log: { name: logNameOf(cluster, messages, ageMs), messages, ageMs } };
}
