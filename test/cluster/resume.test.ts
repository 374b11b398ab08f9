import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TopicReader, topicPosition } from '../../src/cluster/api/envelope.js';
import type { TopicPosition } from '../../src/cluster/api/position.js';
import type { Topic } from '../../src/cluster/api/topic.js';
import { aCluster, type Client, type TestCluster } from './a-cluster.js';

const history = { messages: 1_000, ageMs: 600_000 };

let system: TestCluster;
let topics: readonly Topic[];

beforeEach(async () => {
  system = await aCluster();
  topics = system.nodes.map((node) => node.cluster.topic('rooms.tea', { history }));
});
afterEach(() => system.stop());

const settle = () => system.clock.advanceAsync(0);

/** Publishes numbers, on the nodes in turn. */
async function publish(from: number, to: number): Promise<TopicPosition> {
  let position: TopicPosition | undefined;
  for (let number = from; number <= to; number += 1) {
    const result = await topics[number % topics.length]?.publish(String(number));
    ({ position } = result ?? {});
  }
  if (position === undefined) throw new Error('nothing was published');
  return position;
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

test.each([
  ['few messages, which the node has seen', 5, true],
  ['few messages, which the node has not seen', 5, false],
  ['many messages, which the node has seen', 700, true],
  ['many messages, which the node has not seen', 700, false],
])('a client gets what it has missed, then live, without a gap or a double: %s', async (_what, missed, isFollowed) => {
  const [one] = system.nodes;
  if (isFollowed) {
    topics[0]?.add((await one.client()).connection);
    await settle();
  }
  const position = await publish(0, 0);
  await publish(1, missed);
  const { connection, peer } = await one.client();
  const resuming = topics[0]?.resume(connection, position);
  // Published while it is brought up to date.
  const live = publish(missed + 1, missed + 50);
  const [resumed] = await Promise.all([resuming, live]);
  await settle();
  expect(peer.texts).toEqual(numbers(1, missed + 50));
  expect(resumed).toMatchObject({ isMember: true, isComplete: true });
  expect(topics[0]?.has(connection)).toBe(true);
});

test('without a position, and with one of another history, it begins with what comes from now on', async () => {
  const position = await publish(0, 9);
  const clients: Client[] = [];
  for (const from of [undefined, { ...position, epoch: 'other' }, { ...position, offset: 1e9 }]) {
    const client = await system.nodes[0].client();
    clients.push(client);
    expect(await topics[0]?.resume(client.connection, from)).toMatchObject({
      isMember: true,
      sent: 0,
      isComplete: from === undefined,
    });
  }
  await publish(10, 12);
  await settle();
  for (const { peer } of clients) expect(peer.texts).toEqual(['10', '11', '12']);
});

test('a position that is too old is not complete, and what is left of the history is sent', async () => {
  const topic = system.nodes[0].cluster.topic('small', { history: { messages: 3, ageMs: 600_000 } });
  const { position } = await topic.publish('0');
  for (const text of numbers(1, 9)) await topic.publish(text);
  const { connection, peer } = await system.nodes[0].client();
  expect(await topic.resume(connection, position)).toMatchObject({ isMember: true, sent: 3, isComplete: false });
  await topic.publish('10');
  await settle();
  expect(peer.texts).toEqual(['7', '8', '9', '10']);
});

test('a client that is ahead of the node it comes to gets nothing twice', async () => {
  const [one, two] = system.nodes;
  const elsewhere = two.cluster.topic('rooms.tea', { history });
  const there = await one.client();
  topics[0]?.add(there.connection);
  await settle();
  // What is live does not come to this node.
  system.broker.script(({ node, subject }) =>
    node === one.cluster.node && subject.includes('/') ? 'drop' : 'deliver',
  );
  for (const text of ['0', '1', '2']) await elsewhere.publish(text);
  const { position } = await elsewhere.publish('3');
  expect(there.peer.texts).toEqual([]);
  const { connection, peer } = await one.client();
  expect(await topics[0]?.resume(connection, position)).toMatchObject({ sent: 0, isComplete: true });
  system.broker.script();
  await elsewhere.publish('4');
  await settle();
  expect(peer.texts).toEqual(['4']);
  expect(there.peer.texts).toEqual(numbers(0, 4));
});

test('a client that has gone meanwhile is no member', async () => {
  const position = await publish(0, 0);
  await publish(1, 400);
  const { connection } = await system.nodes[0].client();
  const resuming = topics[0]?.resume(connection, position);
  connection.close();
  expect(await resuming).toMatchObject({ isMember: false, isComplete: false });
  expect(topics[0]?.size).toBe(0);
});

test('a topic that nobody has written to has a position that one can come back with', async () => {
  const first = await system.nodes[0].client();
  const joined = await topics[0]?.resume(first.connection);
  first.connection.close();
  await system.clock.advanceAsync(30_000);
  await publish(0, 2);
  const second = await system.nodes[1].client();
  expect(await topics[1]?.resume(second.connection, joined?.position)).toMatchObject({ sent: 3, isComplete: true });
  await settle();
  expect(second.peer.texts).toEqual(['0', '1', '2']);
});

/** What a client with a reader has got, and whether it was said to be complete. */
function readAll(reader: TopicReader, { peer }: Client) {
  const read = peer.frames.map((frame) => reader.read(frame));
  return read.map((frame) =>
    frame?.type === 'message' ? frame.frame.data.toString() : frame?.type === 'position' ? frame.isComplete : 'nothing',
  );
}

test('with an envelope the client knows its position, and comes back with it to any node', async () => {
  const reader = topicPosition();
  const first = await system.nodes[0].client();
  await topics[0]?.resume(first.connection, reader.position, { envelope: true });
  await publish(0, 2);
  await topics[1]?.publish(Buffer.from([7]));
  await settle();
  expect(readAll(reader, first)).toEqual([true, '0', '1', '2', '\u0007']);
  first.connection.close();
  await publish(3, 5);
  const second = await system.nodes[2].client();
  await topics[2]?.resume(second.connection, reader.position, { envelope: true });
  await publish(6, 6);
  await settle();
  expect(readAll(reader, second)).toEqual(['3', '4', '5', true, '6']);
});

test('a gap is said to those with an envelope', async () => {
  const topic = system.nodes[0].cluster.topic('small', { history: { messages: 2, ageMs: 600_000 } });
  const elsewhere = system.nodes[1].cluster.topic('small', { history: { messages: 2, ageMs: 600_000 } });
  const client = await system.nodes[0].client();
  await topic.resume(client.connection, undefined, { envelope: true });
  await topic.publish('0');
  await settle();
  system.broker.cut(system.nodes[0].cluster.node);
  await settle();
  for (const text of numbers(1, 5)) await elsewhere.publish(text);
  await system.clock.advanceAsync(1_000);
  expect(readAll(topicPosition(), client)).toEqual([true, '0', false, '4', '5']);
});
