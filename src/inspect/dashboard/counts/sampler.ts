import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { CloseTrigger } from '../../../transport/close-report.js';
import type { Resolution, Sample, Series, Totals } from '../protocol/overview.js';
import type { ProcessMeter } from './process-meter.js';
import { merged, SampleRing } from './series.js';

const SECONDS = 60;

/** What is counted by others. */
export interface SampledCounts {
  readonly opened: number;
  /** Of all connections, as far as it is known. */
  readonly bufferedBytes: number;
}

/** Takes a sample each second, keeps the history, and counts since its beginning. */
export class Sampler {
  readonly #supervisor: Pick<Supervisor, 'stats'>;
  readonly #counts: () => SampledCounts;
  readonly #meter: ProcessMeter;
  readonly #rings: Readonly<Record<Resolution, SampleRing>> = {
    second: new SampleRing('second'),
    minute: new SampleRing('minute'),
  };
  readonly #first: Totals;
  #before: Totals;
  #minuteSoFar: Sample[] = [];

  constructor(supervisor: Pick<Supervisor, 'stats'>, counts: () => SampledCounts, meter: ProcessMeter) {
    this.#supervisor = supervisor;
    this.#counts = counts;
    this.#meter = meter;
    this.#first = this.#read().totals;
    this.#before = this.#first;
  }

  /** A second has passed. Returns its sample, and that of the minute that it completes. */
  take(at: number): { readonly second: Sample; readonly minute?: Sample } {
    const { totals, connections } = this.#read();
    const second: Sample = {
      at,
      ...connections,
      ...this.#meter.read(),
      ...growth(this.#before, totals),
      bufferedBytes: this.#counts().bufferedBytes,
    };
    this.#before = totals;
    this.#rings.second.add(second);
    this.#minuteSoFar.push(second);
    if (this.#minuteSoFar.length < SECONDS) return { second };
    const minute = merged(this.#minuteSoFar);
    this.#minuteSoFar = [];
    this.#rings.minute.add(minute);
    return { second, minute };
  }

  /** What was counted since the sampler was made. */
  totals(): Totals {
    const { totals } = this.#read();
    return {
      ...growth(this.#first, totals),
      refused: countsSince(this.#first.refused, totals.refused),
      refusedBy: countsSince(this.#first.refusedBy, totals.refusedBy),
    };
  }

  series(resolution: Resolution): Series {
    return this.#rings[resolution].toJSON();
  }

  #read() {
    const stats = this.#supervisor.stats();
    const { endedTotal, ended, refused, refusedBy, connections } = stats;
    const { restarts, framesIn, framesOut, bytesIn, bytesOut, fates } = stats;
    const { opened } = this.#counts();
    const framesDropped = fates.dropped;
    const flow = { opened, restarts, framesIn, framesOut, bytesIn, bytesOut, framesDropped };
    return { totals: { ...flow, ended: endedTotal, endings: ended, refused, refusedBy } satisfies Totals, connections };
  }
}

type Counted = Omit<Totals, 'refused' | 'refusedBy'> & { readonly refused: number };

/** How much the counts have grown. */
function growth(before: Totals, now: Totals): Counted {
  return {
    opened: now.opened - before.opened,
    ended: now.ended - before.ended,
    endings: countsSince<CloseTrigger>(before.endings, now.endings),
    refused: sumOf(now.refused) - sumOf(before.refused),
    restarts: now.restarts - before.restarts,
    framesIn: now.framesIn - before.framesIn,
    framesOut: now.framesOut - before.framesOut,
    bytesIn: now.bytesIn - before.bytesIn,
    bytesOut: now.bytesOut - before.bytesOut,
    framesDropped: now.framesDropped - before.framesDropped,
  };
}

function countsSince<Key extends string>(
  before: Readonly<Partial<Record<Key, number>>>,
  now: Readonly<Partial<Record<Key, number>>>,
): Record<Key, number> {
  const grown = (Object.entries(now) as [Key, number][]).map(([key, count]) => [key, count - (before[key] ?? 0)]);
  return Object.fromEntries(grown.filter(([, count]) => count !== 0)) as Record<Key, number>;
}

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
