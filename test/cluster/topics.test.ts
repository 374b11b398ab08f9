import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCluster, type TestCluster } from './a-cluster.js';

let system: TestCluster;

beforeEach(async () => {
  system = await aCluster();
});
afterEach(() => system.stop());

test('handles of one name are one topic, and 10,000 topics that nobody follows any more leave nothing', async () => {
  const [one] = system.nodes;
  const { connection } = await one.client();
  const before = system.clock.pending;
  for (let number = 0; number < 10_000; number += 1) {
    one.cluster.topic(`topic ${number}`).add(connection);
    expect(one.cluster.topic(`topic ${number}`).size).toBe(1);
    one.cluster.topic(`topic ${number}`).delete(connection);
  }
  await system.clock.advanceAsync(1_500);
  expect(system.clock.pending).toBe(before);
  expect(one.cluster.topic('topic 1').members()).toEqual([]);
});

test('a history is opened once for all topics that keep equally much', async () => {
  const [one, two] = system.nodes;
  const history = { messages: 10, ageMs: 5_000 };
  const { connection } = await one.client();
  for (let number = 0; number < 20; number += 1) one.cluster.topic(`topic ${number}`, { history }).add(connection);
  await system.clock.advanceAsync(0);
  const positions = await Promise.all(
    ['topic 1', 'topic 2'].map((name) => two.cluster.topic(name, { history }).publish('x')),
  );
  expect(positions.map(({ position }) => position?.epoch)).toEqual(['memory-1', 'memory-1']);
});

test('1,000 topics use a new link in turns, and one that somebody uses goes first', async () => {
  const [one, two] = system.nodes;
  const client = await one.client();
  for (let number = 0; number < 1_000; number += 1) one.cluster.topic(`topic ${number}`).add(client.connection);
  await system.clock.advanceAsync(0);
  const subscribed: number[] = [];
  one.cluster.events$.subscribe((event) => {
    if (event.type === 'topic.gap') subscribed.push(Number(event.topic.split(' ')[1]));
    if (event.type === 'broker.up') one.cluster.topic('topic 900').add(client.connection);
  });
  system.broker.cut(one.cluster.node);
  await system.clock.advanceAsync(1_000);
  expect(subscribed).toHaveLength(1_000);
  expect(new Set(subscribed).size).toBe(1_000);
  expect(subscribed.slice(254, 258)).toEqual([254, 255, 900, 256]);
  await two.cluster.topic('topic 999').publish('hello');
  await system.clock.advanceAsync(0);
  expect(client.got).toEqual(['hello']);
});

const history = { messages: 1_000, ageMs: 600_000 };

/** A client on the second node, which follows a history, and a topic on the first node to publish to it. */
async function aReader() {
  const [one, two] = system.nodes;
  const client = await two.client();
  two.cluster.topic('tea', { history }).add(client.connection);
  await system.clock.advanceAsync(0);
  return { one, two, client, topic: one.cluster.topic('tea', { history }) };
}

/** Nothing that is published reaches a node, whose link goes on. */
const deafen = (id: string) => system.broker.script(({ node }) => (node === id ? 'drop' : 'deliver'));

const SECONDS = 1_000;

test.each([
  ['leaves', 'drain'],
  ['dies', 'kill'],
])('an entry that is lost on its way is read when the only node that knows of it %s', async (_what, end) => {
  const { one, two, client, topic } = await aReader();
  deafen(two.cluster.node);
  await topic.publish('one');
  system.broker.script();
  if (end === 'kill') system.broker.isolate(one.cluster.node);
  await Promise.all([one.cluster.stop(), system.clock.advanceAsync(15 * SECONDS)]);
  expect(client.got).toEqual(['one']);
  expect(two.types()).toContain('topic.caught-up');
});

test('an entry that is lost on its way is read when its node does not know whether it is stored', async () => {
  const { one, two, client, topic } = await aReader();
  // The broker has the entry, and neither the answer nor the entry arrives.
  system.broker.script(({ subject }) => {
    if (!subject.includes('/')) return 'deliver';
    system.broker.cut(one.cluster.node);
    return 'drop';
  });
  expect(await topic.publish('one')).toEqual({ result: 'unconfirmed' });
  system.broker.script();
  await system.clock.advanceAsync(5 * SECONDS);
  expect(client.got).toEqual(['one']);
  expect(two.types()).not.toContain('broker.down');
});

test.each([
  ['for a moment', 3],
  ['for so long that it takes the others for lost', 30],
])('a node that hears nothing %s knows all that was said meanwhile', async (_what, seconds) => {
  const { one, two, client, topic } = await aReader();
  const present = (await one.client()).connection;
  deafen(two.cluster.node);
  await topic.publish('one');
  topic.add(present, { presence: 'here', key: 'ann' });
  const watched: unknown[] = [];
  const watching = two.cluster.topic('tea', { history }).presence$.subscribe((change) => watched.push(change));
  await system.clock.advanceAsync(seconds * SECONDS);
  expect(watched).toEqual([]);
  system.broker.script();
  await system.clock.advanceAsync(5 * SECONDS);
  expect(client.got).toEqual(['one']);
  expect(watched).toEqual([{ joined: [{ key: 'ann', presence: 'here', connections: 1 }], left: [] }]);
  watching.unsubscribe();
});

test('a check of the history that fails is made again', async () => {
  const { one, two, client, topic } = await aReader();
  deafen(two.cluster.node);
  await topic.publish('one');
  system.broker.script();
  // No answer comes back before its link is back.
  system.broker.isolate(two.cluster.node);
  await one.cluster.stop();
  await system.clock.advanceAsync(5 * SECONDS);
  system.broker.heal(two.cluster.node);
  await system.clock.advanceAsync(15 * SECONDS);
  expect(client.got).toEqual(['one']);
});
