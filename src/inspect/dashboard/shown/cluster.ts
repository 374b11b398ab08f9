import type { ShownCluster } from '../protocol/cluster.js';

/** The most nodes and topics that are shown, and the most topics that are looked at for it each second. */
const MOST_NODES = 100;
const MOST_TOPICS = 100;
const MOST_LOOKED_AT = 1_000;

/** What a dashboard shows of a cluster. `createCluster` of `wirekeeper/cluster` makes one. */
export interface ClusterToShow {
  readonly name: string;
  readonly node: string;
  readonly status: string;
  readonly nodes: readonly { readonly id: string; readonly isSelf: boolean; readonly isDraining: boolean }[];
  readonly topics: Iterable<{
    readonly name: string;
    readonly size: number;
    readonly history: { readonly messages: number; readonly ageMs: number } | undefined;
  }> & { readonly size: number };
}

/** A cluster as the page shows it. */
export function shownCluster({ name, node, status, nodes, topics }: ClusterToShow): ShownCluster {
  const ordered = nodes.toSorted((a, b) => Number(b.isSelf) - Number(a.isSelf));
  const shown = ordered.slice(0, MOST_NODES);
  const looked = [];
  for (const { name: topic, size: members, history } of topics) {
    if (looked.length === MOST_LOOKED_AT) break;
    looked.push({ name: topic, members, ...(history === undefined ? {} : { history }) });
  }
  const largest = looked.toSorted((a, b) => b.members - a.members).slice(0, MOST_TOPICS);
  return {
    name,
    node,
    status,
    nodes: shown.map(({ id, isSelf, isDraining }) => ({ id, isSelf, isDraining })),
    nodesOmitted: nodes.length - shown.length,
    topics: largest,
    topicsOmitted: topics.size - largest.length,
  };
}
