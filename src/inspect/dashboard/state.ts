import type { Unsubscribable } from 'rxjs';
import type { Note, ObservedStep, Observer, Subject } from '../../supervisor/api/observer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import { sumBuffered } from './counts/buffered.js';
import { Census } from './counts/census.js';
import { DrainLog } from './counts/drain-log.js';
import { type ProcessMeter, startProcessMeter } from './counts/process-meter.js';
import { RecentEndings } from './counts/recent-endings.js';
import { Sampler } from './counts/sampler.js';
import type { DashboardSettings } from './options.js';
import type { Overview, Sample } from './protocol/overview.js';
import { shownCluster } from './shown/cluster.js';
import { treeOf } from './shown/tree.js';
import { Slicer } from './tables/slicer.js';

const SECOND_MS = 1000;

/** What waits for peers may be summed up in this part of the time at most. */
const SUMMING_SHARE = 1 / 50;

/** What is called when something happens. */
export interface StateListener {
  /** A second has passed. */
  second(): void;
  stepped(handle: object, step: ObservedStep): void;
  noted(handle: object, note: Note): void;
  /** The supervisor that is shown has ended. */
  over(): void;
}

/** All that a dashboard counts and keeps, from its creation on, whether anybody looks or not. */
export class DashboardState {
  readonly slicer: Slicer;
  readonly census = new Census();
  readonly endings: RecentEndings;
  readonly since: number;
  readonly #supervisor: Supervisor;
  readonly #settings: DashboardSettings;
  readonly #listener: StateListener;
  readonly #meter: ProcessMeter;
  readonly #sampler: Sampler;
  readonly #drains: DrainLog;
  readonly #observation: Unsubscribable;
  #latest: { readonly second: Sample; readonly minute?: Sample };
  #bufferedBytes = 0;
  /** When what waits for peers is summed up next, monotonic ms. */
  #sumFrom = 0;
  #timer: unknown;

  constructor(supervisor: Supervisor, settings: DashboardSettings, listener: StateListener) {
    const { clock, maxEndings } = settings;
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#listener = listener;
    this.since = clock.wallNow();
    this.slicer = new Slicer();
    this.endings = new RecentEndings(maxEndings, supervisor.endings);
    this.#drains = new DrainLog(() => clock.wallNow());
    this.#meter = startProcessMeter();
    const counts = () => ({ opened: this.census.opened, bufferedBytes: this.#bufferedBytes });
    this.#sampler = new Sampler(supervisor, counts, this.#meter);
    this.#observation = supervisor.observe(this.#observer());
    this.census.isAttaching = false;
    this.#latest = this.#sampler.take(this.since);
    this.#timer = clock.setTimeout(() => this.#tick(), SECOND_MS);
  }

  overview(): Overview {
    return {
      type: 'overview',
      at: this.#settings.clock.wallNow(),
      missed: 0,
      ...this.#latest,
      ...treeOf(this.#supervisor, this.#drains),
      ...this.#cluster(),
      machines: this.census.toJSON(),
      totals: this.#sampler.totals(),
    };
  }

  series(resolution: 'second' | 'minute') {
    return this.#sampler.series(resolution);
  }

  stop(): void {
    this.#observation.unsubscribe();
    this.#settings.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#meter.stop();
    this.slicer.stop();
  }

  /** The cluster is the user's: one that throws when it is read is not shown. */
  #cluster(): Pick<Overview, 'cluster'> {
    const { cluster } = this.#settings;
    if (cluster === undefined) return {};
    try {
      return { cluster: shownCluster(cluster) };
    } catch {
      return {};
    }
  }

  #observer(): Observer {
    const { census, endings } = this;
    return {
      began: (subject, state) => census.began(subject, state),
      stepped: (subject, step) => {
        census.stepped(subject, step);
        this.#listener.stepped(handleOf(subject), step);
      },
      noted: (subject, note) => this.#listener.noted(handleOf(subject), note),
      ended: (subject, how) => {
        census.ended(subject, how);
        if (subject.machine === 'connection') endings.add(how as CloseReport);
        else if (subject.machine === 'supervisor' && subject.supervisor === this.#supervisor) this.#listener.over();
      },
    };
  }

  #tick(): void {
    const { clock } = this.#settings;
    this.#timer = clock.setTimeout(() => this.#tick(), SECOND_MS);
    this.census.tick();
    this.#latest = this.#sampler.take(clock.wallNow());
    this.#sumUp();
    this.#listener.second();
  }

  #sumUp(): void {
    const { clock } = this.#settings;
    const began = clock.now();
    if (began < this.#sumFrom) return;
    this.#sumFrom = Number.POSITIVE_INFINITY;
    let sum = 0;
    const job = sumBuffered(this.#supervisor.connections, (bytes) => {
      sum = bytes;
    });
    this.slicer.run(job, () => {
      const now = clock.now();
      this.#bufferedBytes = sum;
      this.#sumFrom = now + (now - began) / SUMMING_SHARE;
    });
  }
}

/** What distinguishes the subject from others. */
function handleOf(subject: Subject): object {
  return subject.machine === 'connection'
    ? subject.connection
    : subject.machine === 'dialer'
      ? subject.dialer
      : subject.supervisor;
}
