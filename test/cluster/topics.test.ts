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
