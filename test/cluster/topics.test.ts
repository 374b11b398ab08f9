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
