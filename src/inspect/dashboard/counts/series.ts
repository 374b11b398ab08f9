import type { CloseTrigger } from '../../../transport/close-report.js';
import type { Resolution, Sample, SampleFields, Series } from '../protocol/overview.js';

/** How many samples of each resolution are kept: 10 minutes, and a day. */
const KEPT: Readonly<Record<Resolution, number>> = { second: 600, minute: 1440 };

/** How the samples of a minute become one: the last of them, their sum, the greatest, or their mean. */
const MERGED: Readonly<Record<keyof SampleFields<number>, 'last' | 'sum' | 'most' | 'mean'>> = {
  connecting: 'last',
  open: 'last',
  closing: 'last',
  opened: 'sum',
  ended: 'sum',
  refused: 'sum',
  restarts: 'sum',
  framesIn: 'sum',
  framesOut: 'sum',
  bytesIn: 'sum',
  bytesOut: 'sum',
  framesDropped: 'sum',
  bufferedBytes: 'last',
  loopLagMs: 'most',
  loopBusy: 'mean',
  heapUsed: 'last',
  external: 'last',
  rss: 'last',
};

const FIELDS = Object.keys(MERGED) as (keyof SampleFields<number>)[];

/** The last samples of one resolution, in columns of fixed size. */
export class SampleRing {
  readonly #resolution: Resolution;
  readonly #kept: number;
  readonly #at: Float64Array;
  readonly #fields: Readonly<Record<keyof SampleFields<number>, Float64Array>>;
  /** A column for each trigger that has occurred. */
  readonly #endings = new Map<CloseTrigger, Float64Array>();
  #added = 0;

  constructor(resolution: Resolution) {
    this.#resolution = resolution;
    this.#kept = KEPT[resolution];
    this.#at = new Float64Array(this.#kept);
    this.#fields = columns(() => new Float64Array(this.#kept));
  }

  add(sample: Sample): void {
    const index = this.#added % this.#kept;
    this.#added += 1;
    this.#at[index] = sample.at;
    for (const field of FIELDS) this.#fields[field][index] = sample[field];
    for (const column of this.#endings.values()) column[index] = 0;
    for (const [trigger, count] of entriesOf(sample.endings)) {
      const column = this.#endings.get(trigger) ?? new Float64Array(this.#kept);
      column[index] = count;
      this.#endings.set(trigger, column);
    }
  }

  /** Oldest first. */
  toJSON(): Series {
    const inOrder = (column: Float64Array): number[] =>
      this.#added <= this.#kept
        ? [...column.subarray(0, this.#added)]
        : [...column.subarray(this.#added % this.#kept), ...column.subarray(0, this.#added % this.#kept)];
    const endings = [...this.#endings].map(([trigger, column]) => [trigger, inOrder(column)] as const);
    return {
      type: 'series',
      resolution: this.#resolution,
      at: inOrder(this.#at),
      ...columns((field) => inOrder(this.#fields[field])),
      endings: Object.fromEntries(endings.filter(([, column]) => column.some((count) => count > 0))),
    };
  }
}

/** Makes one sample of those of a minute, oldest first; there is at least one. */
export function merged(samples: readonly Sample[]): Sample {
  const last = samples[samples.length - 1];
  if (last === undefined) throw new Error('a minute has at least one sample');
  const endings: Partial<Record<CloseTrigger, number>> = {};
  for (const sample of samples) {
    for (const [trigger, count] of entriesOf(sample.endings)) endings[trigger] = (endings[trigger] ?? 0) + count;
  }
  const fields = columns((field) => {
    const values = samples.map((sample) => sample[field]);
    const sum = values.reduce((so, value) => so + value, 0);
    switch (MERGED[field]) {
      case 'last':
        return last[field];
      case 'sum':
        return sum;
      case 'most':
        return Math.max(...values);
      case 'mean':
        return Math.round((1000 * sum) / values.length) / 1000;
    }
  });
  return { at: last.at, ...fields, endings };
}

function columns<Value>(make: (field: keyof SampleFields<number>) => Value): SampleFields<Value> {
  return Object.fromEntries(FIELDS.map((field) => [field, make(field)])) as unknown as SampleFields<Value>;
}

const entriesOf = (endings: Sample['endings']): [CloseTrigger, number][] =>
  Object.entries(endings) as [CloseTrigger, number][];
