import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clockTime } from '../model/format.js';
import { colour } from './theme.js';

/** One line, area, or set of bars of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** The name of a colour of the theme. */
  readonly colour: string;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly title: string;
  /** Unix ms. */
  readonly at: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly print: (value: number) => string;
  /** Whether the values are bytes: the axis then has steps of whole KiB, MiB, and so on. */
  readonly isBytes?: boolean;
  /** Each series stands on those before it: `values` are sums, and `own` says what is one's own. */
  readonly stack?: { readonly own: readonly (readonly number[])[] };
}

const HEIGHT = 150;

/** A chart with its latest values, or those under the pointer, as text beside it. */
export function Chart({ title, at, series: given, print, isBytes = false, stack }: ChartProps) {
  // The tallest of a stack is drawn first, and the others over it.
  const series = stack === undefined ? given : given.toReversed();
  const own = stack?.own.toReversed();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [cursor, setCursor] = useState<number>();
  const isEmpty = at.length === 0;
  const names = series.map(({ label }) => label).join('\n');

  useEffect(() => {
    const element = place.current;
    if (element === null || isEmpty) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(
        optionsOf(element.clientWidth, series, { print, isBytes, isStack: stack !== undefined, onCursor: setCursor }),
        dataOf(at, series),
        element,
      );
    };
    draw();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', draw);
    addEventListener('wirekeeper-theme', draw);
    return () => {
      observer.unobserve(element);
      scheme.removeEventListener('change', draw);
      removeEventListener('wirekeeper-theme', draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
    // Another set of lines is another chart; other values are set below.
  }, [names, isEmpty]);

  useEffect(() => plot.current?.setData(dataOf(at, series)), [at, series]);

  const index = cursor ?? at.length - 1;
  const time = at[index];
  return (
    <figure class="chart">
      <figcaption>
        <span class="title">{title}</span>
        {cursor === undefined || time === undefined ? null : <time>{clockTime(time).slice(0, 8)}</time>}
      </figcaption>
      <div class="canvas" ref={place} aria-hidden="true" />
      <ul class="legend">
        {series.map(({ label, colour: name, values }, which) => {
          const value = (own?.[which] ?? values)[index];
          return (
            <li key={label}>
              <span class={`swatch ${name}`} aria-hidden="true" />
              {label} <b>{value === undefined ? '–' : print(value)}</b>
            </li>
          );
        })}
      </ul>
    </figure>
  );
}

function dataOf(at: readonly number[], series: readonly ChartSeries[]): uPlot.AlignedData {
  return [at.map((ms) => ms / 1000), ...series.map(({ values }) => [...values])];
}

/** How a chart is drawn. */
interface Drawn {
  readonly print: (value: number) => string;
  readonly isBytes: boolean;
  readonly isStack: boolean;
  readonly onCursor: (index: number | undefined) => void;
}

const BYTE_STEPS = Array.from({ length: 48 }, (_, power) => 2 ** power);

function optionsOf(
  width: number,
  series: readonly ChartSeries[],
  { print, isBytes, isStack, onCursor }: Drawn,
): uPlot.Options {
  const axis = {
    stroke: colour('text-soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24] });
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    // A time stands in the middle below its line: half of the last one is to the right of the chart.
    padding: [8, 28, 0, 0],
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high * 1.08, 1)] } },
    axes: [
      { ...axis, size: 22, space: 70, values: timeLabels },
      {
        ...axis,
        size: 58,
        space: 32,
        ...(isBytes ? { incrs: BYTE_STEPS } : {}),
        values: (_plot, splits) => splits.map(print),
      },
    ],
    series: [
      {},
      ...series.map(({ label, colour: name }) => {
        const stroke = colour(name);
        return isStack && bars !== undefined
          ? { label, stroke, fill: stroke, width: 0, paths: bars, points: { show: false } }
          : { label, stroke, width: 1.5, points: { show: false } };
      }),
    ],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? undefined)] },
  };
}

function timeLabels(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  return splits.map((seconds) => clockTime(seconds * 1000).slice(0, step < 60 ? 8 : 5));
}
