import type { Registry } from 'prom-client';
import type { Unsubscribable } from 'rxjs';
import type { FollowedHandshake, Handshake } from '../../supervisor/api/handshake-follower.js';
import type { Note, Subject } from '../../supervisor/api/observer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { ChildLabels, statusLabel } from './labels.js';
import { MetricFamilies, type Source } from './metric-families.js';
import { type MetricsOptions, type MetricsSettings, resolveMetrics } from './metrics-options.js';

/**
 * Measures a supervisor, with its child supervisors, by metrics of prom-client, which is to be installed. Each label
 * has a bounded number of values, and none of them comes from a peer. Counts are kept as things happen, so a scrape
 * costs the same for one connection and for 100,000; only the bytes that are buffered are added up then, in slices.
 *
 * @returns `unsubscribe` ends the measuring; with the last supervisor of a registry the metrics leave it.
 * @throws {PlatformError} when prom-client is not installed; {OptionError} for a wrong option.
 */
export function collectMetrics(supervisor: Supervisor, options: MetricsOptions = {}): Unsubscribable {
  const settings = resolveMetrics(options);
  const families = familiesOf(settings);
  const source: Source = { supervisor, labels: { ...settings.labels, supervisor: supervisor.name } };
  const measures = new Measures(families, source, new ChildLabels(settings.childLabels));
  families.add(source);
  const observing = supervisor.observe({
    noted: (subject, note) => measures.noted(subject, note),
    ended: (subject, how) => {
      if (subject.machine === 'connection') measures.ended(how as CloseReport);
    },
  });
  const following = supervisor.followHandshakes({ began: (handshake) => measures.began(handshake) });
  return {
    unsubscribe() {
      observing.unsubscribe();
      following.unsubscribe();
      families.remove(source);
    },
  };
}

/** Counts and times what happens to the connections of one supervisor. */
class Measures {
  readonly #families: MetricFamilies;
  readonly #source: Source;
  readonly #children: ChildLabels;

  constructor(families: MetricFamilies, source: Source, children: ChildLabels) {
    this.#families = families;
    this.#source = source;
    this.#children = children;
  }

  ended({ role, trigger, outcome, childId, openedAt, endedAt }: CloseReport): void {
    const labels = { ...this.#labels(childId), role };
    this.#families.ended.inc({ ...labels, trigger, outcome });
    if (openedAt !== undefined) this.#families.lifetime.observe(labels, seconds(endedAt - openedAt));
  }

  noted(subject: Subject, note: Note): void {
    if (note.type !== 'ping.answered' || subject.machine !== 'connection') return;
    const { role, childId } = subject.connection;
    this.#families.roundTrip.observe({ ...this.#labels(childId), role }, seconds(note.roundTripMs));
  }

  began({ role, childId, clock }: Handshake): FollowedHandshake {
    const startedAt = clock.now();
    const over = (result: 'opened' | 'refused' | 'failed', status: number | undefined) => {
      const labels = { ...this.#labels(childId), role };
      this.#families.handshakes.inc({ ...labels, status: statusLabel(status) });
      this.#families.handshakeTime.observe({ ...labels, result }, seconds(clock.now() - startedAt));
    };
    return {
      opened: () => over('opened', 101),
      refused: ({ status }) => over('refused', status),
      failed: ({ httpStatus, trigger }) =>
        trigger === 'proxy-refused' || httpStatus === undefined
          ? over('failed', undefined)
          : over('refused', httpStatus),
    };
  }

  #labels(childId: string | undefined): Readonly<Record<string, string>> {
    return { ...this.#source.labels, ...this.#children.of(childId) };
  }
}

/** Supervisors in one registry share its metrics. */
const familiesIn = new WeakMap<Registry, Map<string, MetricFamilies>>();

function familiesOf({ client, registry, prefix, labels }: MetricsSettings): MetricFamilies {
  const byPrefix = familiesIn.get(registry) ?? new Map<string, MetricFamilies>();
  familiesIn.set(registry, byPrefix);
  const names = Object.keys(labels).toSorted();
  const shared = byPrefix.get(prefix);
  if (shared !== undefined && shared.size > 0) {
    if (shared.added.join() === names.join()) return shared;
    const wanted = shared.added.length === 0 ? 'none' : shared.added.join(', ');
    throw wrongOption(
      'collectMetrics: labels',
      `has other names than those of another supervisor in this registry (${wanted}); ` +
        'use the same names, or another prefix',
    );
  }
  const made = new MetricFamilies(client, registry, prefix, names);
  byPrefix.set(prefix, made);
  return made;
}

/** Clocks may be set back while something is measured. */
const seconds = (ms: number): number => Math.max(0, ms) / 1000;
