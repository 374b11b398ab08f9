import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Log } from '../../../src/cli/output/log.js';
import { logCluster } from '../../../src/cli/serve/cluster-log.js';
import type { ClusterEvent } from '../../../src/cluster/index.js';
import type { LogEntry } from '../../../src/inspect/index.js';

function aLog(status: 'up' | 'down' = 'down') {
  const entries: LogEntry[] = [];
  const log: Log = { write: (entry) => entries.push(entry), print() {}, pass() {}, note() {}, flushed: async () => {} };
  const events$ = new Subject<ClusterEvent>();
  logCluster({ events$, status }, 'nats', log);
  return { entries, events$, lines: () => entries.map(({ event, level, about, text }) => [event, level, about, text]) };
}

const EVENTS: readonly ClusterEvent[] = [
  { type: 'node.joined', node: 'a' },
  { type: 'node.silent', node: 'a' },
  { type: 'node.draining', node: 'a' },
  { type: 'node.left', node: 'a' },
  { type: 'node.lost', node: 'a' },
  { type: 'topic.gap', topic: 'tea' },
  { type: 'topic.caught-up', topic: 'tea', messages: 3 },
  { type: 'topic.dropped', topic: 'tea', connections: 2 },
  { type: 'node.garbled', subject: 'wk.x', error: new Error('no JSON') },
  { type: 'observer.threw', error: new Error('a bug') },
];

test('every event is an entry, with its fields for programs', () => {
  const { entries, events$ } = aLog();
  for (const event of EVENTS) events$.next(event);
  expect(entries.map(({ event, fields }) => ({ type: event, ...fields }))).toEqual(EVENTS);
  expect(entries.filter(({ level }) => level !== 'info').map(({ event }) => event)).toEqual([
    'node.silent',
    'node.lost',
    'topic.gap',
    'topic.dropped',
    'node.garbled',
    'observer.threw',
  ]);
});

test('a broker that is reached already is said, and a problem is written once until it is reached again', () => {
  const { lines, events$ } = aLog('up');
  const down: ClusterEvent = { type: 'broker.down', broker: 'nats', error: new Error('refused') };
  for (let attempt = 0; attempt < 5; attempt += 1) events$.next(down);
  events$.next({ ...down, error: new Error('timed out') });
  events$.next({ type: 'broker.up', broker: 'nats' });
  events$.next(down);
  expect(lines()).toEqual([
    ['broker.up', 'info', '', 'nats is reached'],
    ['broker.down', 'warn', '', 'nats is not reached, and tried again: refused'],
    ['broker.down', 'warn', '', 'nats is not reached, and tried again: timed out'],
    ['broker.up', 'info', '', 'nats is reached'],
    ['broker.down', 'warn', '', 'nats is not reached, and tried again: refused'],
  ]);
});

test('a history without JetStream says what to do', () => {
  const { lines, events$ } = aLog();
  events$.next({ type: 'topic.error', topic: 'tea', error: new Error('jetstream is not enabled') });
  expect(lines().flat().join(' ')).toContain('start nats-server with -js, or set "cluster": { "history": false }');
});
