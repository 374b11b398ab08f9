import type { Resolution, Sample, SampleFields, Series } from '../../protocol/overview.js';

/** The history of one resolution, in columns for charts. */
export type History = Omit<Series, 'type' | 'resolution'>;

/** How many samples are kept: 10 minutes by second, a day by minute. */
export const KEPT: Readonly<Record<Resolution, number>> = { second: 600, minute: 1440 };

const FIELDS = [
  'connecting',
  'open',
  'closing',
  'opened',
  'ended',
  'refused',
  'restarts',
  'framesIn',
  'framesOut',
  'bytesIn',
  'bytesOut',
  'framesDropped',
  'bufferedBytes',
  'loopLagMs',
  'loopBusy',
  'heapUsed',
  'external',
  'rss',
] as const satisfies readonly (keyof SampleFields<number>)[];

/** A history before the first sample. */
export function emptyHistory(): History {
  const columns = Object.fromEntries(FIELDS.map((field) => [field, []]));
  return { ...(columns as unknown as SampleFields<readonly number[]>), at: [], endings: {} };
}

/** The history with one more sample; the oldest one leaves. A sample that is not later than the last is left out. */
export function withSample(history: History, sample: Sample, kept: number): History {
  const last = history.at.at(-1);
  if (last !== undefined && sample.at <= last) return history;
  const from = Math.max(0, history.at.length + 1 - kept);
  const add = (column: readonly number[], value: number): number[] => [...column.slice(from), value];
  const columns = Object.fromEntries(FIELDS.map((field) => [field, add(history[field], sample[field])]));
  const triggers = new Set([...Object.keys(history.endings), ...Object.keys(sample.endings)]) as Set<
    keyof Sample['endings']
  >;
  const zeros: readonly number[] = history.at.map(() => 0);
  const endings = Object.fromEntries(
    [...triggers].map((trigger) => [trigger, add(history.endings[trigger] ?? zeros, sample.endings[trigger] ?? 0)]),
  );
  return {
    ...(columns as unknown as SampleFields<readonly number[]>),
    at: add(history.at, sample.at),
    endings,
  };
}

/** Columns in bins of `size` samples, each with its sum, for bars that can be seen. The last bin may be a part. */
export function binned(at: readonly number[], columns: readonly (readonly number[])[], size: number): BinnedColumns {
  // Bins keep their samples while the history moves on: they begin at whole multiples of their own length.
  const spanMs = size * Math.max(1, (at[1] ?? 0) - (at[0] ?? 0));
  const bins: number[] = [];
  const sums: number[][] = columns.map(() => []);
  let bin = Number.NaN;
  at.forEach((time, index) => {
    const own = Math.floor(time / spanMs);
    if (own !== bin) {
      bin = own;
      bins.push((own + 0.5) * spanMs);
      for (const sum of sums) sum.push(0);
    }
    columns.forEach((column, which) => {
      const sum = sums[which];
      if (sum !== undefined) sum[sum.length - 1] = (sum.at(-1) ?? 0) + (column[index] ?? 0);
    });
  });
  return { at: bins, columns: sums };
}

export interface BinnedColumns {
  readonly at: readonly number[];
  readonly columns: readonly (readonly number[])[];
}

/** Each column with all those before it below it. */
export function stacked(columns: readonly (readonly number[])[]): number[][] {
  const sums: number[][] = [];
  for (const column of columns) {
    const below = sums.at(-1);
    sums.push(column.map((value, index) => value + (below?.[index] ?? 0)));
  }
  return sums;
}
