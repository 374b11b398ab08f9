import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Resolution } from '../../protocol/overview.js';
import { bytes, compact, duration, figure } from '../model/format.js';
import { binned, type History, stacked } from '../model/history.js';
import { Chart, type ChartSeries } from '../parts/chart.js';
import { Choice } from '../parts/choice.js';
import { store, useFeed } from '../store.js';

const RESOLUTIONS = { second: '10 minutes', minute: '24 hours' } as const;
/** How many samples one bar stands for: 10 s of 10 minutes, half an hour of a day. */
const BAR: Readonly<Record<Resolution, number>> = { second: 10, minute: 30 };
const COLOURS = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'];

type Field = Exclude<keyof History, 'at' | 'endings'>;

/** One chart with a line for each of its fields. */
interface LineChart {
  readonly title: string;
  readonly fields: Readonly<Partial<Record<Field, string>>>;
  readonly print: (value: number) => string;
  readonly isBytes?: boolean;
  /** Whether the values are for each second, or each minute. */
  readonly isRate?: boolean;
}

const LINES: readonly LineChart[] = [
  { title: 'Connections', fields: { open: 'open', closing: 'closing', connecting: 'connecting' }, print: compact },
  {
    title: 'Opens, ends, refusals',
    fields: { opened: 'opened', ended: 'ended', refused: 'refused' },
    print: compact,
    isRate: true,
  },
  {
    title: 'Messages',
    fields: { framesIn: 'in', framesOut: 'out', framesDropped: 'dropped' },
    print: compact,
    isRate: true,
  },
  { title: 'Payload', fields: { bytesIn: 'in', bytesOut: 'out' }, print: bytes, isBytes: true, isRate: true },
  { title: 'Buffered', fields: { bufferedBytes: 'bytes that wait for peers' }, print: bytes, isBytes: true },
  { title: 'Event loop lag', fields: { loopLagMs: 'longest' }, print: duration },
  {
    title: 'Memory',
    fields: { rss: 'resident', heapUsed: 'heap', external: 'external' },
    print: bytes,
    isBytes: true,
  },
];

/** The course of things: endings by trigger, rates, what waits, the process. */
export function Charts() {
  const [resolution, setResolution] = useState<Resolution>('second');
  const history = useFeed((state) => state.history);
  useEffect(() => store.send({ type: 'series', resolution }), [resolution]);
  const shown = history[resolution];
  const per = resolution === 'second' ? '/s' : '/min';
  return (
    <section class="panel charts" aria-labelledby="charts-title">
      <header>
        <h2 id="charts-title">Over time</h2>
        <Choice label="Time shown" options={RESOLUTIONS} value={resolution} onChange={setResolution} />
      </header>
      <div class="charts-grid">
        <Endings history={shown} size={BAR[resolution]} />
        {LINES.map(({ title, fields, print, isBytes = false, isRate = false }) => (
          <Lines
            key={title}
            title={title}
            history={shown}
            fields={fields}
            print={isRate ? (value) => `${print(value)}${per}` : print}
            isBytes={isBytes}
          />
        ))}
      </div>
    </section>
  );
}

interface LinesProps extends Omit<LineChart, 'isRate'> {
  readonly history: History;
}

function Lines({ title, history, fields, print, isBytes = false }: LinesProps) {
  const series = useMemo(
    () =>
      Object.entries(fields).map(
        ([field, label], index): ChartSeries => ({
          label,
          colour: COLOURS[index] ?? 'c1',
          values: history[field as Field],
        }),
      ),
    [history],
  );
  return <Chart title={title} at={history.at} series={series} print={print} isBytes={isBytes} />;
}

function Endings({ history, size }: { history: History; size: number }) {
  const { at, series, own } = useMemo(() => {
    const triggers = Object.keys(history.endings).sort() as (keyof History['endings'])[];
    const bins = binned(
      history.at,
      triggers.map((trigger) => history.endings[trigger] ?? []),
      size,
    );
    const sums = stacked(bins.columns);
    const found = triggers.map(
      (label, index): ChartSeries => ({
        label,
        colour: COLOURS[index % COLOURS.length] ?? 'c1',
        values: sums[index] ?? [],
      }),
    );
    return { at: bins.at, series: found, own: bins.columns };
  }, [history, size]);
  return <Chart title="Endings by trigger" at={at} series={series} print={figure} stack={{ own }} />;
}
