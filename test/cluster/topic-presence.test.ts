import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PresenceChange, Topic } from '../../src/cluster/api/topic.js';
import { aCluster, type Client, type TestCluster, type TestNode } from './a-cluster.js';

let system: TestCluster;
let changes: string[];
let watched: Topic;
let watching: { unsubscribe(): void };

const keys = (change: PresenceChange) => [
  ...change.joined.map(({ key }) => `+${key}`),
  ...change.left.map(({ key }) => `-${key}`),
];

beforeEach(async () => {
  system = await aCluster();
  watched = system.nodes[0].cluster.topic('rooms.tea');
  changes = [];
  watching = watched.presence$.subscribe((change) => changes.push(...keys(change)));
});
afterEach(async () => {
  watching.unsubscribe();
  await system.stop();
});

const pass = (ms = 100) => system.clock.advanceAsync(ms);

/** Has clients come to the topic on a node, each with its own key. */
async function come(node: TestNode, ...names: readonly string[]): Promise<readonly Client[]> {
  const clients: Client[] = [];
  for (const name of names) {
    const client = await node.client(name);
    node.cluster.topic('rooms.tea').add(client.connection, { presence: { name } });
    clients.push(client);
  }
  return clients;
}

const seen = (topic: Topic) =>
  topic
    .members()
    .map(({ key }) => key)
    .toSorted();

test('who was there before is known to a node that begins to follow', async () => {
  const [, two, three] = system.nodes;
  await come(two, 'ann', 'bob');
  await pass();
  await come(three, 'eve');
  await pass();
  expect(seen(three.cluster.topic('rooms.tea'))).toEqual(['ann', 'bob', 'eve']);
  expect(seen(watched)).toEqual(['ann', 'bob', 'eve']);
  expect(seen(two.cluster.topic('rooms.tea'))).toEqual(['ann', 'bob', 'eve']);
});

test('thousands of members are known in parts, and each once', async () => {
  const [, two, three] = system.nodes;
  const names = Array.from({ length: 500 }, (_, index) => `member ${index}`);
  await come(two, 'ann');
  const [{ connection } = { connection: undefined as never }] = await come(two, 'host');
  const topic = two.cluster.topic('rooms.tea');
  // One connection stands for each: only its id and key count here.
  for (const key of names) topic.add(connection, { presence: 1, key });
  await pass();
  await come(three, 'eve');
  await pass();
  expect(seen(three.cluster.topic('rooms.tea'))).toEqual(['ann', 'eve', 'member 499']);
  expect(changes.filter((change) => change === '+member 499')).toHaveLength(1);
});

test('a message about presence that is lost is made up for within two heartbeats', async () => {
  const [, two] = system.nodes;
  const [ann] = await come(two, 'ann', 'bob');
  await pass();
  system.broker.script(({ subject }) => (subject.includes('.presence.') ? 'drop' : 'deliver'));
  ann?.connection.close();
  await come(two, 'eve');
  await pass();
  system.broker.script();
  expect(seen(watched)).toEqual(['ann', 'bob']);
  await pass(2_000);
  expect(seen(watched)).toEqual(['bob', 'eve']);
});

test('a node that begins to follow knows who is there, although its question is lost', async () => {
  const [, two, three] = system.nodes;
  await come(two, 'ann', 'bob');
  // Heartbeats say no more what has changed.
  await pass(10_000);
  system.broker.script(({ subject }) => (subject.includes('.presence.') ? 'drop' : 'deliver'));
  await come(three, 'eve');
  await pass();
  system.broker.script();
  expect(seen(three.cluster.topic('rooms.tea'))).toEqual(['eve']);
  await pass(4_000);
  expect(seen(three.cluster.topic('rooms.tea'))).toEqual(['ann', 'bob', 'eve']);
});

test('a question about presence is asked until it is answered', async () => {
  const [one, two] = system.nodes;
  await come(two, 'ann');
  await pass();
  // All that is said to one node is lost, and what is said to all who follow.
  const isToOne = (subject: string) => subject.includes(`.node.${one.cluster.node}`) || subject.includes('.presence.');
  system.broker.script(({ subject }) => (isToOne(subject) ? 'drop' : 'deliver'));
  await come(two, 'bob');
  await pass(10_000);
  expect(seen(watched)).toEqual(['ann']);
  system.broker.script();
  await pass(1_500);
  expect(seen(watched)).toEqual(['ann', 'bob']);
});

test('what changed while a node had no link is right soon after, also if everybody has left', async () => {
  const [one, two] = system.nodes;
  const [ann, bob] = await come(two, 'ann', 'bob');
  await pass();
  system.broker.cut(one.cluster.node);
  ann?.connection.close();
  bob?.connection.close();
  await pass(5_000);
  expect(changes).toEqual(['+ann', '+bob', '-ann', '-bob']);
  system.broker.cut(two.cluster.node);
  await come(two, 'eve');
  await pass(5_000);
  expect(seen(watched)).toEqual(['eve']);
});

test('the members of a node that is lost leave within the bound, and are back when it is', async () => {
  const [, two] = system.nodes;
  await come(two, 'ann');
  await pass();
  system.broker.isolate(two.cluster.node);
  await pass(3_000);
  expect(changes).toEqual(['+ann']);
  await pass(3_000);
  expect(changes).toEqual(['+ann', '-ann']);
  system.broker.heal(two.cluster.node);
  await pass(8_000);
  expect(changes).toEqual(['+ann', '-ann', '+ann']);
});

test('in a rolling restart members that come back elsewhere have not been away', async () => {
  const [, two, three] = system.nodes;
  await come(two, 'ann', 'bob');
  await pass();
  const draining = two.supervisor.drain({ notReadyFirstMs: 500, spreadMs: 0 });
  await pass(1_000);
  await pass(2_000);
  await come(three, 'ann');
  await pass(1_000);
  expect(changes).toEqual(['+ann', '+bob']);
  await pass(10_000);
  await draining;
  // Who does not come back leaves when the grace is over.
  expect(changes).toEqual(['+ann', '+bob', '-bob']);
});

test('a member that says something else of itself has come again', async () => {
  const [, two] = system.nodes;
  const [ann] = await come(two, 'ann');
  await pass();
  two.cluster.topic('rooms.tea').add(ann?.connection as never, { presence: { name: 'Ann Lee' } });
  await pass();
  expect(watched.members()).toEqual([{ key: 'ann', presence: { name: 'Ann Lee' }, connections: 1 }]);
  expect(changes).toEqual(['+ann', '+ann']);
  two.cluster.topic('rooms.tea').add(ann?.connection as never);
  await pass();
  expect(seen(watched)).toEqual([]);
});

test('of a list of members that comes in parts a lost one is noticed, and it is asked for again', async () => {
  const [, two, three] = system.nodes;
  const names = Array.from({ length: 250 }, (_, index) => `member ${index}`);
  await come(two, ...names);
  await pass();
  let parts = 0;
  system.broker.script(({ payload }) => {
    if (!Buffer.from(payload).includes('"type":"snapshot"')) return 'deliver';
    parts += 1;
    return parts === 1 ? 'drop' : parts === 3 ? 'twice' : 'deliver';
  });
  await come(three, 'eve');
  await pass();
  expect(seen(three.cluster.topic('rooms.tea'))).toEqual([...names, 'eve'].toSorted());
  expect(parts).toBe(4);
});
