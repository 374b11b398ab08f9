import { expect, test } from 'vitest';
import { createCluster } from '../../src/cluster/create-cluster.js';
import { ChildError, createSupervisor, EndedError, OptionError } from '../../src/index.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';

test('a node has an id of its own after each start, and the name of the cluster once', async () => {
  const clock = createHeapClock();
  const broker = createMemoryBroker(clock);
  await using supervisor = createSupervisor({ clock });
  const first = await createCluster(supervisor, { broker, name: 'chat', node: 'eu-1' });
  await expect(createCluster(supervisor, { broker, name: 'chat' })).rejects.toThrow(ChildError);
  await first.stop();
  await using second = await createCluster(supervisor, { broker, name: 'chat', node: 'eu-1' });
  expect(first.node).toMatch(/^eu-1-[0-9a-f]{12}$/);
  expect(second.node).not.toBe(first.node);
  expect(broker.nodes).toEqual([second.node]);
});

test('what is no supervisor, and one that has stopped, is refused', async () => {
  const clock = createHeapClock();
  const broker = createMemoryBroker(clock);
  await expect(createCluster({} as never, { broker, name: 'chat' })).rejects.toThrow(OptionError);
  const supervisor = createSupervisor({ clock });
  await supervisor.stop();
  await expect(createCluster(supervisor, { broker, name: 'chat' })).rejects.toThrow(EndedError);
  expect(broker.nodes).toEqual([]);
});
