import type { ConnectionEvent } from '../../machines/connection-machine.js';
import type { DialerEvent } from '../../machines/dialer-machine.js';
import type { ChildExit } from '../../supervisor/api/child-spec.js';
import type { Connection } from '../../supervisor/api/connection.js';
import type { Dialer } from '../../supervisor/api/dialer.js';
import type { Note, ObservedStep, Observer, Subject } from '../../supervisor/api/observer.js';
import type { Supervisor, SupervisorReport } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { Revealable, Timeline, TimelineEvent } from '../../transport/timeline.js';
import { bytesOf, Noted, Step, StepOnEvent, type StepShape } from './entry.js';
import type { MachineRecord, Owner, RecordedEnd } from './machine-record.js';
import { RecordStore } from './record-store.js';
import { EventRecorder } from './recorded-event.js';
import { recordExit, recordReport, recordSupervisorReport } from './recorded-report.js';
import { REVEALABLE, type RecorderOptions, type RecorderSettings, resolveRecorder } from './resolve-recorder.js';
import { timelineFrom } from './timeline-view.js';

/**
 * Makes a recorder: it keeps a timeline of each connection, dialer, and supervisor that it observes, also after their
 * end, within bounds. Give it to `createSupervisor({ recorder })`, or attach it later with `supervisor.observe`. It may
 * serve several supervisors.
 *
 * The reports of recorded connections have `timeline`. What programs and peers say is redacted unless `reveal` asks for
 * it; contents of frames, header fields, and URLs are never kept.
 *
 * @throws {OptionError} for a wrong option.
 */
export function createRecorder(options: RecorderOptions = {}): Recorder {
  return new MachineRecorder(resolveRecorder(options));
}

/** Keeps timelines. */
export interface Recorder extends Required<Observer> {
  /**
   * Returns the timeline of a machine that runs, or that has ended and whose timeline is still kept. An id is that of a
   * connection or a dialer, or the name of a supervisor; of several the latest. It is made at each call.
   */
  timelineOf(owner: Connection<unknown> | Dialer | Supervisor | string): Timeline | undefined;
  /** The timelines kept: of ended machines in the order of their ends, then of those that run. Made one by one. */
  timelines(): Iterable<Timeline>;
}

class MachineRecorder implements Recorder {
  readonly #events: EventRecorder;
  readonly #redacted: readonly Revealable[];
  readonly #store: RecordStore;
  /** The steps that machines take; there are only so many. */
  readonly #shapes = new Map<readonly string[], StepShape>();
  /** Who observes a child supervisor and its parent gets each step and note twice. */
  #latest: ObservedStep | Note | undefined;

  constructor(settings: RecorderSettings) {
    this.#events = new EventRecorder(settings.reveal);
    this.#redacted = REVEALABLE.filter((kind) => !settings.reveal.has(kind));
    this.#store = new RecordStore(settings);
  }

  // Fields, so that they can be handed on without the recorder.
  readonly began = (subject: Subject, state: string): void => {
    this.#store.begin(ownerOf(subject), subject.supervisor, state);
  };

  readonly stepped = (subject: Subject, step: ObservedStep): void => {
    if (step === this.#latest) return;
    this.#latest = step;
    const record = this.#store.find(ownerOf(subject));
    if (record === undefined) return;
    const [at, shape, event] = [record.now(), this.#shapeOf(step), this.#eventOf(subject, step.event)];
    this.#store.add(record, event === undefined ? new Step(at, shape) : new StepOnEvent(at, shape, event));
  };

  readonly noted = (subject: Subject, note: Note): void => {
    if (note === this.#latest) return;
    this.#latest = note;
    // A handler may outlive its connection, and the timeline of that.
    const record = this.#store.find(ownerOf(subject));
    if (record === undefined) return;
    if (note.type === 'ping.answered') this.#store.roundTrip(record, note.roundTripMs);
    else this.#store.add(record, new Noted(record.now(), this.#events.note(note)));
  };

  readonly ended = (subject: Subject, how: CloseReport | ChildExit | SupervisorReport): void => {
    const record = this.#store.find(ownerOf(subject));
    if (record === undefined || record.end !== undefined) return;
    const end = this.#endOf(subject, record, how);
    this.#store.end(record, end, bytesOf(end));
    if (subject.machine === 'connection')
      Object.defineProperty(how, 'timeline', { get: this.#timelineOfReport, enumerable: true, configurable: true });
  };

  readonly timelineOf = (owner: Owner | string): Timeline | undefined => {
    const record = this.#store.find(owner);
    return record === undefined ? undefined : timelineFrom(record, this.#redacted);
  };

  *timelines(): Iterable<Timeline> {
    for (const record of this.#store.all()) {
      const timeline = timelineFrom(record, this.#redacted);
      if (timeline !== undefined) yield timeline;
    }
  }

  /** One function for all reports: with one each, no two of them would have the same shape in memory. */
  readonly #timelineOfReport = timelineGetter((connectionId) => {
    const record = this.#store.connection(connectionId);
    return record === undefined ? undefined : timelineFrom(record, this.#redacted);
  });

  /** Runners keep the effects of each step, so they stand for it. */
  #shapeOf({ event, from, to, effects }: ObservedStep): StepShape {
    const known = this.#shapes.get(effects);
    if (known !== undefined && known.type === event?.type && known.from === from) return known;
    const shape: StepShape = { type: event?.type, from, to, effects };
    if (known === undefined && this.#shapes.size < MOST_SHAPES) this.#shapes.set(effects, shape);
    return shape;
  }

  /** What the event says beside its type; `undefined` if that is all. */
  #eventOf({ machine }: Subject, event: ObservedStep['event']): TimelineEvent | undefined {
    if (event === undefined || machine === 'supervisor') return undefined;
    return machine === 'connection'
      ? this.#events.connectionEvent(event as ConnectionEvent)
      : this.#events.dialerEvent(event as DialerEvent);
  }

  #endOf(subject: Subject, record: MachineRecord, how: CloseReport | ChildExit | SupervisorReport): RecordedEnd {
    const at = record.now();
    const { beganAt } = record;
    switch (subject.machine) {
      case 'connection': {
        const { id } = subject.connection;
        const report = recordReport(how as CloseReport, this.#events);
        return { machine: 'connection', id, at, beganAt, report };
      }
      case 'dialer': {
        const { id } = subject.dialer;
        return { machine: 'dialer', id, at, beganAt, exit: recordExit(how as ChildExit, this.#events) };
      }
      case 'supervisor': {
        const { name } = subject.supervisor;
        const report = recordSupervisorReport(how as SupervisorReport, this.#events);
        return { machine: 'supervisor', id: name, at, beganAt, report };
      }
    }
  }
}

/** More than the machines have steps: an observed machine of another kind cannot fill the memory. */
const MOST_SHAPES = 1000;

/** Returns what reads `timeline` of a report. */
function timelineGetter(
  timelineOf: (connectionId: string) => Timeline | undefined,
): (this: CloseReport) => Timeline | undefined {
  return function timeline() {
    return timelineOf(this.connectionId);
  };
}

function ownerOf(subject: Subject): Owner {
  switch (subject.machine) {
    case 'connection':
      return subject.connection;
    case 'dialer':
      return subject.dialer;
    case 'supervisor':
      return subject.supervisor;
  }
}
