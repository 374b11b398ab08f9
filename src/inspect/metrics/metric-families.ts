import type { Registry } from 'prom-client';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { type Buffered, bufferedOf } from './buffered.js';
import { BUFFERED_READINGS, READINGS, type Sample } from './readings.js';

/** What the package exports. */
export type PromClient = typeof import('prom-client');

/** A supervisor that is measured, with the labels that all of its values have. */
export interface Source {
  readonly supervisor: Supervisor;
  readonly labels: Readonly<Record<string, string>>;
}

/** Connections live from below a second to weeks. */
const LIFETIME_BUCKETS = [0.1, 1, 10, 60, 300, 1800, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 7 * 24 * 3600];

/** Handshakes and round trips take from below a millisecond to some seconds. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Labels of the metrics below, each of which has few values. */
const LABELS = {
  ended: ['role', 'trigger', 'outcome', 'child'],
  lifetime: ['role', 'child'],
  handshakes: ['role', 'status', 'child'],
  handshakeTime: ['role', 'result', 'child'],
  roundTrip: ['role', 'child'],
} as const;

/** The names of labels that are taken. */
export const OWN_LABELS: ReadonlySet<string> = new Set([
  'supervisor',
  'le',
  ...Object.values(LABELS).flat(),
  ...READINGS.flatMap(({ labels }) => labels),
]);

/** The metrics of one prefix in one registry, for all the supervisors that are measured there. */
export class MetricFamilies {
  /** The names of the labels that users have added. */
  readonly added: readonly string[];
  readonly ended;
  readonly lifetime;
  readonly handshakes;
  readonly handshakeTime;
  readonly roundTrip;
  readonly #registry: Registry;
  readonly #sources = new Set<Source>();
  readonly #names: string[] = [];
  /** The walk over the connections of each supervisor that is under way. */
  readonly #walks = new Map<Source, Promise<Buffered>>();

  /** @throws what the registry throws when a name is taken by another metric. */
  constructor({ Counter, Gauge, Histogram }: PromClient, registry: Registry, prefix: string, added: readonly string[]) {
    this.added = added;
    this.#registry = registry;
    const named = (name: string, help: string, labels: readonly string[]) => {
      const full = `${prefix}${name}`;
      this.#names.push(full);
      return { name: full, help, labelNames: ['supervisor', ...added, ...labels], registers: [] };
    };
    this.ended = new Counter(named('connections_ended_total', 'Connections that have ended.', LABELS.ended));
    this.lifetime = new Histogram({
      ...named('connection_duration_seconds', 'How long connections were open that have ended.', LABELS.lifetime),
      buckets: LIFETIME_BUCKETS,
    });
    this.handshakes = new Counter(
      named(
        'handshakes_total',
        'Opening handshakes, by HTTP status: 101 if the connection opened, none if there was no answer.',
        LABELS.handshakes,
      ),
    );
    this.handshakeTime = new Histogram({
      ...named(
        'handshake_duration_seconds',
        'How long opening handshakes took: from the request to the answer, or from the beginning of a dial attempt.',
        LABELS.handshakeTime,
      ),
      buckets: LATENCY_BUCKETS,
    });
    this.roundTrip = new Histogram({
      ...named('ping_round_trip_seconds', 'Round-trip times of Pings.', LABELS.roundTrip),
      buckets: LATENCY_BUCKETS,
    });
    for (const metric of [this.ended, this.lifetime, this.handshakes, this.handshakeTime, this.roundTrip])
      registry.registerMetric(metric);
    const sources = this.#sources;
    for (const { type, name, help, labels, read } of READINGS) {
      const Metric = type === 'gauge' ? Gauge : Counter;
      const metric = new Metric({
        ...named(name, help, labels),
        collect() {
          this.reset();
          for (const source of sources) add(this, source, read(source.supervisor.stats()));
        },
      });
      registry.registerMetric(metric);
    }
    const buffered = () => this.#buffered();
    for (const { name, help, read } of BUFFERED_READINGS) {
      const metric = new Gauge({
        ...named(name, help, []),
        async collect() {
          const found = await buffered();
          this.reset();
          for (const [source, walk] of found) add(this, source, [[{}, read(walk)]]);
        },
      });
      registry.registerMetric(metric);
    }
  }

  /** The number of supervisors that are measured. */
  get size(): number {
    return this.#sources.size;
  }

  add(source: Source): void {
    this.#sources.add(source);
  }

  /** The supervisor is measured no more. With the last one the metrics leave the registry. */
  remove(source: Source): void {
    this.#sources.delete(source);
    if (this.#sources.size === 0) for (const name of this.#names) this.#registry.removeSingleMetric(name);
  }

  /** Scrapes at the same time share one walk. */
  #buffered(): Promise<readonly (readonly [Source, Buffered])[]> {
    return Promise.all(
      [...this.#sources].map(async (source) => {
        const walk = this.#walks.get(source) ?? bufferedOf(source.supervisor.connections);
        this.#walks.set(source, walk);
        const found = await walk;
        this.#walks.delete(source);
        return [source, found] as const;
      }),
    );
  }
}

/** Supervisors with the same labels add up. */
function add(
  metric: { inc(labels: Readonly<Record<string, string>>, value: number): void },
  { labels }: Source,
  samples: readonly Sample[],
): void {
  for (const [own, value] of samples) metric.inc({ ...labels, ...own }, value);
}
