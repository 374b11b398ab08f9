import type { ShownTopic } from '../../protocol/cluster.js';
import { count, duration } from '../model/format.js';
import { useFeed } from '../store.js';
import { StateBadge } from './state-badge.js';

/** The cluster, if there is one: its nodes, and the topics that this one follows. */
export function Cluster() {
  const cluster = useFeed((state) => state.overview?.cluster);
  if (cluster === undefined) return null;
  const { name, status, nodes, nodesOmitted, topics, topicsOmitted } = cluster;
  return (
    <section class="panel tree cluster" aria-labelledby="cluster-title">
      <header>
        <h2 id="cluster-title">Cluster {name}</h2>
        <span class="fact">
          broker <StateBadge state={status} />
        </span>
      </header>
      <ul aria-label="Nodes">
        {nodes.map(({ id, isSelf, isDraining }) => (
          <li key={id} data-node={id}>
            <div class="node">
              <span class="kind">node</span>
              <span class="name">{id}</span>
              {isSelf ? <span class="fact">this one</span> : null}
              {isDraining ? <span class="fact warning">drains</span> : null}
            </div>
          </li>
        ))}
        {nodesOmitted === 0 ? null : <li class="more">{count(nodesOmitted)} more nodes are not shown.</li>}
      </ul>
      {topics.length === 0 ? <p class="empty">No topic has members here.</p> : null}
      <ul aria-label="Topics">
        {topics.map((topic) => (
          <TopicItem key={`${topic.name} ${topic.history?.messages} ${topic.history?.ageMs}`} topic={topic} />
        ))}
        {topicsOmitted === 0 ? null : <li class="more">{count(topicsOmitted)} more topics are not shown.</li>}
      </ul>
    </section>
  );
}

function TopicItem({ topic: { name, members, history } }: { topic: ShownTopic }) {
  return (
    <li data-topic={name}>
      <div class="node">
        <span class="kind">topic</span>
        <span class="name">{name}</span>
        <span class="fact">{members === 1 ? '1 member here' : `${count(members)} members here`}</span>
        {history === undefined ? null : (
          <span class="fact">
            keeps {count(history.messages)} messages, {duration(history.ageMs)}
          </span>
        )}
      </div>
    </li>
  );
}
