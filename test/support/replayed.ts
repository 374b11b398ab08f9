import { expect } from 'vitest';
import { parseTimeline } from '../../src/inspect/recorder/parse-timeline.js';
import { createRecorder, type Recorder } from '../../src/inspect/recorder/recorder.js';
import { replay } from '../../src/inspect/recorder/replay.js';
import { withoutTimeline } from '../../src/inspect/redaction/without-timeline.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import type { CloseReport } from '../../src/transport/close-report.js';
import type { Timeline } from '../../src/transport/timeline.js';

/** What was replayed in this test file so far. */
export class Replays {
  readonly triggers = new Map<CloseReport['trigger'], number>();
  readonly endedBy = new Map<CloseReport['endedBy'], number>();
  endings = 0;

  /**
   * Records a supervisor, with everything shown and with nothing, and returns what replays all of it. Call that when
   * the supervisor has ended.
   */
  of(supervisor: Supervisor): () => void {
    const options = { maxTimelines: 100_000, maxBytes: 1024 ** 3 };
    const showing = createRecorder({ ...options, reveal: ['reasons', 'messages', 'protocols'] });
    const hiding = createRecorder(options);
    supervisor.observe(showing);
    supervisor.observe(hiding);
    return () => {
      for (const report of supervisor.endings) this.#check(report, showing);
      for (const recorder of [showing, hiding]) for (const timeline of recorder.timelines()) replays(timeline);
    };
  }

  /** The timeline in which everything is shown has the report itself. */
  #check(report: CloseReport, showing: Recorder): void {
    const { trigger, endedBy, connectionId } = report;
    const timeline = showing.timelineOf(connectionId);
    if (timeline?.machine !== 'connection' || timeline.end === undefined) throw new Error(`${connectionId} is lost`);
    expect(jsonOf(timeline.end.report)).toEqual(jsonOf(withErrorsOf(report)));
    this.endings += 1;
    this.triggers.set(trigger, (this.triggers.get(trigger) ?? 0) + 1);
    if (endedBy !== undefined) this.endedBy.set(endedBy, (this.endedBy.get(endedBy) ?? 0) + 1);
  }
}

/** For the suites that only want every ending replayed. */
export const replayed = new Replays();

/** A timeline replays to the same steps and the same report, and so does what is read back of it. */
export function replays(timeline: Timeline): void {
  const text = JSON.stringify(timeline);
  const read = parseTimeline(text);
  expect(JSON.stringify(read)).toHaveLength(text.length);
  expect(jsonOf(read)).toEqual(jsonOf(timeline));
  for (const given of [timeline, read]) {
    const { agrees, difference, steps, report } = replay(given);
    expect(difference, text).toBeUndefined();
    expect(agrees).toBe(true);
    expect(steps).toEqual(given.entries.filter(({ type }) => type === 'step'));
    if (given.machine === 'connection') expect(report).toEqual(given.end?.report);
  }
}

/** A report whose errors are still written by `JSON.stringify`. */
function withErrorsOf(report: CloseReport): object {
  const toJSON = Object.getOwnPropertyDescriptor(report, 'toJSON');
  const copy = withoutTimeline(report);
  return toJSON === undefined ? copy : Object.defineProperty(copy, 'toJSON', toJSON);
}

const jsonOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
