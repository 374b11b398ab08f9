import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCluster, type TestCluster } from './a-cluster.js';

let system: TestCluster;

beforeEach(async () => {
  system = await aCluster();
});
afterEach(() => system.stop());

test('a member that takes no message is reported, and the others have it', async () => {
  const [one] = system.nodes;
  const topic = one.cluster.topic('rooms.tea');
  const [slow, fast] = [await one.client(), await one.client()];
  for (const { connection } of [slow, fast]) topic.add(connection);
  await system.clock.advanceAsync(0);
  slow.connection.send = () => 'dropped';
  await topic.publish('x');
  await system.clock.advanceAsync(0);
  expect(fast.got).toEqual(['x']);
  expect(one.events.at(-1)).toEqual({ type: 'topic.dropped', topic: 'rooms.tea', connections: 1 });
});

test('a presence that is watched keeps the topic followed, without a member', async () => {
  const [one, two] = system.nodes;
  const seen: string[] = [];
  const watching = one.cluster
    .topic('rooms.tea')
    .presence$.subscribe(({ joined }) => seen.push(...joined.map(({ key }) => key)));
  await system.clock.advanceAsync(60_000);
  const { connection } = await two.client('ann');
  two.cluster.topic('rooms.tea').add(connection, { presence: 1 });
  await system.clock.advanceAsync(100);
  expect(seen).toEqual(['ann']);
  watching.unsubscribe();
  await system.clock.advanceAsync(2_000);
  expect(one.cluster.topic('rooms.tea').members()).toEqual([]);
});

test('who publishes a thousand messages at once is left out of each', async () => {
  const [one] = system.nodes;
  const topic = one.cluster.topic('rooms.tea');
  const [sender, other] = [await one.client(), await one.client()];
  for (const { connection } of [sender, other]) topic.add(connection);
  await system.clock.advanceAsync(0);
  for (let number = 0; number < 1_000; number += 1) void topic.publish('x', { except: sender.connection });
  await system.clock.advanceAsync(0);
  expect([sender.got.length, other.got.length]).toEqual([0, 1_000]);
});
