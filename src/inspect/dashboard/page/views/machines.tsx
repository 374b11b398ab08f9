import { layouts } from 'virtual:layouts';
import { useMemo, useState } from 'preact/hooks';
import type { MachineName } from '../../protocol/overview.js';
import { fleetFigures, type Span } from '../model/flow.js';
import { Choice } from '../parts/choice.js';
import { Diagram } from '../parts/diagram.js';
import { Drawing } from '../parts/drawing.js';
import { FlowTable } from '../parts/flow-table.js';
import { useIsWide } from '../parts/use-is-wide.js';
import { useFeed } from '../store.js';

const MACHINES = { connection: 'Connection', dialer: 'Dialer', supervisor: 'Supervisor' } as const;
const SPANS = { lastSecond: 'Last second', lastMinute: 'Last minute', sinceStart: 'Since start' } as const;

interface MachinesProps {
  readonly machine: MachineName;
  readonly onMachine: (machine: MachineName) => void;
}

/** A machine as its diagram, with how many stand where and which ways they take. */
export function Machines({ machine, onMachine }: MachinesProps) {
  const flow = useFeed((state) => state.overview?.machines);
  const [span, setSpan] = useState<Span>('lastMinute');
  const isWide = useIsWide();
  const layout = layouts[machine][isWide ? 'wide' : 'tall'];
  const own = flow?.[machine];
  const figures = useMemo(() => (own === undefined ? undefined : fleetFigures(layout, own, span)), [own, layout, span]);
  if (own === undefined || figures === undefined) return null;
  const what = 'how many stand in each state, and how many took each step';
  const title = `${MACHINES[machine]} machine: ${what}. The tables below say the same.`;
  return (
    <section class="panel machines" aria-labelledby="machines-title">
      <header>
        <h2 id="machines-title">Machines</h2>
        <Choice label="Machine" options={MACHINES} value={machine} onChange={onMachine} />
        <Choice label="Steps of" options={SPANS} value={span} onChange={setSpan} />
      </header>
      <Drawing name={`${machine} ${isWide}`}>
        <Diagram id={machine} title={title} layout={layout} figures={figures} />
      </Drawing>
      {machine === 'connection' ? (
        <p class="more">Dialed connections begin in connecting, accepted ones in open: they exist from the 101 on.</p>
      ) : null}
      <FlowTable layout={layout} flow={own} />
    </section>
  );
}
