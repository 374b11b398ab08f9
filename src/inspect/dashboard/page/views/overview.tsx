import { useState } from 'preact/hooks';
import { Cluster } from '../parts/cluster.js';
import { EndingTotals } from '../parts/ending-totals.js';
import { Tiles } from '../parts/tiles.js';
import { Time } from '../parts/time.js';
import { Tree } from '../parts/tree.js';
import { useFeed } from '../store.js';
import { Charts } from './charts.js';
import { Machines } from './machines.js';

/** The whole at a glance: figures, machines, the supervision tree, and the course of things. */
export function OverviewView() {
  const isThere = useFeed((state) => state.overview !== undefined);
  const [machine, setMachine] = useState<'connection' | 'dialer' | 'supervisor'>('connection');
  if (!isThere) return <p class="empty">Waiting for the first figures…</p>;
  return (
    <div class="overview">
      <h1 tabIndex={-1} class="unseen">
        Overview
      </h1>
      <Tiles />
      <Machines machine={machine} onMachine={setMachine} />
      <Tree />
      <Cluster />
      <EndingTotals />
      <Charts />
      <About />
    </div>
  );
}

/** What it is, and since when it counts. */
function About() {
  const welcome = useFeed((state) => state.welcome);
  if (welcome === undefined) return null;
  return (
    <p class="more">
      wirekeeper {welcome.version}, Node.js {welcome.node}; counted since <Time at={welcome.since} isAbsolute />
    </p>
  );
}
