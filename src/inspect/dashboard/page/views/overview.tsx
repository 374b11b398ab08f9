import { useState } from 'preact/hooks';
import { EndingTotals } from '../parts/ending-totals.js';
import { Tiles } from '../parts/tiles.js';
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
      <EndingTotals />
      <Charts />
    </div>
  );
}
