import type { Cluster, ClusterEvent } from '../../cluster/index.js';
import { type LogEntry, logEntry } from '../../inspect/index.js';
import type { Log } from '../output/log.js';
import { messageOf } from '../process/message-of.js';

/**
 * Writes down what happens to the service's cluster. A broker that is away and a history that cannot be read are tried
 * again and again: each problem is written once until the broker is reached again.
 */
export function logCluster({ events$, status }: Pick<Cluster, 'events$' | 'status'>, broker: string, log: Log): void {
  const problems = new Set<string>();
  if (status === 'up') log.write(entryOf({ type: 'broker.up', broker }));
  events$.subscribe((event) => {
    if (event.type === 'broker.up') problems.clear();
    const isTried = event.type === 'broker.down' || event.type === 'topic.error';
    const problem = isTried ? `${event.type} ${messageOf(event.error)}` : '';
    if (isTried && problems.has(problem)) return;
    if (isTried) problems.add(problem);
    log.write(entryOf(event));
  });
}

function entryOf(event: ClusterEvent): LogEntry {
  const { type, ...fields } = event;
  const { text, level = 'info', about = '' } = wordsOf(event);
  return logEntry(type, 'cluster', { about, text, fields, level });
}

/** What an event is to people. */
interface Words {
  readonly text: string;
  readonly level?: LogEntry['level'];
  readonly about?: string;
}

function wordsOf(event: ClusterEvent): Words {
  switch (event.type) {
    case 'broker.up':
      return { text: `${event.broker} is reached` };
    case 'broker.down':
      return { text: `${event.broker} is not reached, and tried again: ${messageOf(event.error)}`, level: 'warn' };
    case 'node.joined':
      return { text: 'has joined', about: event.node };
    case 'node.silent':
      return { text: 'is silent', about: event.node, level: 'warn' };
    case 'node.draining':
      return { text: 'drains', about: event.node };
    case 'node.left':
      return { text: 'has left', about: event.node };
    case 'node.lost':
      return { text: 'is lost', about: event.node, level: 'warn' };
    case 'topic.gap':
      return { text: 'its members here may have missed messages', about: event.topic, level: 'warn' };
    case 'topic.caught-up':
      return { text: `${event.messages} missed messages were read from the history`, about: event.topic };
    case 'topic.dropped':
      return { text: `${event.connections} members have not taken a message`, about: event.topic, level: 'warn' };
    case 'topic.error':
      return { text: `its history cannot be read: ${historyProblem(event.error)}`, about: event.topic, level: 'warn' };
    case 'node.garbled':
      return {
        text: `a message could not be understood: ${messageOf(event.error)}`,
        about: event.subject,
        level: 'warn',
      };
    case 'observer.threw':
      return { text: `a subscriber threw: ${messageOf(event.error)}`, level: 'error' };
  }
}

/** A history that cannot be read, for people: `nats-server` has JetStream only if it is asked for. */
function historyProblem(error: unknown): string {
  const message = messageOf(error);
  if (!/jetstream/i.test(message)) return message;
  return `${message}; start nats-server with -js, or set "cluster": { "history": false } in the configuration`;
}
