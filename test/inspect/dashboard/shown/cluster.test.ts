import { expect, test } from 'vitest';
import { type ClusterToShow, shownCluster } from '../../../../src/inspect/dashboard/shown/cluster.js';

const topic = (name: string, size: number) => ({ name, size, history: undefined });

function aCluster(nodes: ClusterToShow['nodes'], topics: readonly ReturnType<typeof topic>[]): ClusterToShow {
  return {
    name: 'chat',
    node: 'b',
    status: 'up',
    nodes,
    topics: { size: topics.length, [Symbol.iterator]: () => topics[Symbol.iterator]() },
  };
}

test('shows this node first, and the topics with most members first', () => {
  const nodes = ['a', 'b'].map((id) => ({ id, isSelf: id === 'b', isDraining: id === 'a' }));
  expect(shownCluster(aCluster(nodes, [topic('tea', 1), topic('cake', 5)]))).toEqual({
    name: 'chat',
    node: 'b',
    status: 'up',
    nodes: [nodes[1], nodes[0]],
    nodesOmitted: 0,
    topics: [
      { name: 'cake', members: 5 },
      { name: 'tea', members: 1 },
    ],
    topicsOmitted: 0,
  });
});

test('is as long with 100,000 topics as with 1,000: it looks at no more, and says how many it leaves out', () => {
  const nodes = Array.from({ length: 150 }, (_, id) => ({ id: String(id), isSelf: id === 149, isDraining: false }));
  let looked = 0;
  const topics = {
    size: 100_000,
    *[Symbol.iterator]() {
      for (; looked < 100_000; looked += 1) yield topic(String(looked), looked);
    },
  };
  const shown = shownCluster({ ...aCluster(nodes, []), topics });
  expect([shown.nodes.length, shown.nodesOmitted, shown.topics.length, shown.topicsOmitted]).toEqual([
    100, 50, 100, 99_900,
  ]);
  expect(shown.nodes[0]?.id).toBe('149');
  expect(shown.topics[0]).toEqual({ name: '999', members: 999 });
  expect(looked).toBeLessThanOrEqual(1_000);
});
