import type { ChildExit } from '../../supervisor/api/child-spec.js';
import type { SupervisorReport } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import { withErrorJson } from '../../transport/error-json.js';
import { isError } from '../../transport/thrown.js';
import type {
  BegunEnding,
  EndFacts,
  TimelineError,
  TimelineExit,
  TimelineSupervisorReport,
} from '../../transport/timeline.js';
import { withoutTimeline } from '../redaction/without-timeline.js';
import { readError } from './read-error.js';
import type { RecordedThrown } from './recorded-error.js';
import type { EventRecorder } from './recorded-event.js';

/** A close report as plain data, redacted as the timeline is. */
export interface RecordedReport extends Omit<CloseReport, 'cause' | 'handlerError' | 'timeline'> {
  readonly cause?: TimelineError;
  readonly handlerError?: RecordedThrown;
}

export function recordReport(report: CloseReport, events: EventRecorder): RecordedReport {
  const { cause, handlerError, reason, sent, received, ...facts } = withoutTimeline(report);
  return {
    ...facts,
    reason: events.reason(reason),
    ...(sent === undefined ? {} : { sent: events.frame(sent) }),
    ...(received === undefined ? {} : { received: events.frame(received) }),
    ...(cause === undefined ? {} : { cause: events.errors.error(cause) }),
    ...('handlerError' in report ? { handlerError: events.errors.thrown(handlerError) } : {}),
  };
}

/** Makes the report again, with errors that are errors. */
export function readReport({ cause, handlerError, ...facts }: RecordedReport): CloseReport {
  if (cause === undefined && handlerError === undefined) return facts;
  return withErrorJson({
    ...facts,
    ...(cause === undefined ? {} : { cause: readError(cause) }),
    ...(handlerError === undefined ? {} : { handlerError: readThrown(handlerError) }),
  });
}

export function readThrown(thrown: RecordedThrown): unknown {
  return 'error' in thrown ? readError(thrown.error) : thrown.thrown;
}

/** What was counted and measured of a connection, which no step decides. */
export function factsOf({
  endedAt,
  openedAt,
  lastHeardAt,
  localStallMs,
  framesIn,
  framesOut,
  bytesIn,
  bytesOut,
}: RecordedReport): EndFacts {
  return {
    endedAt,
    ...(openedAt === undefined ? {} : { openedAt }),
    ...(lastHeardAt === undefined ? {} : { lastHeardAt }),
    localStallMs,
    framesIn,
    framesOut,
    bytesIn,
    bytesOut,
  };
}

/** What a timeline that starts after an ending has begun says of its beginning. */
export function begunOf({
  trigger,
  startedBy,
  phase,
  code,
  reason,
  endedBy,
  cause,
  handlerError,
}: RecordedReport): BegunEnding {
  return {
    trigger,
    startedBy,
    phase,
    code,
    reason,
    ...(endedBy === undefined ? {} : { endedBy }),
    ...(cause === undefined ? {} : { cause }),
    ...(handlerError === undefined ? {} : { handlerError }),
  };
}

export function recordExit({ id, reason, report, error }: ChildExit, { errors }: EventRecorder): TimelineExit {
  return {
    id,
    reason,
    ...(report === undefined ? {} : { connectionId: report.connectionId }),
    ...(isError(error) ? { error: errors.error(error) } : {}),
  };
}

export function recordSupervisorReport(
  { name, outcome, reason, connections, cause }: SupervisorReport,
  events: EventRecorder,
): TimelineSupervisorReport {
  return { name, outcome, reason, connections, ...(cause === undefined ? {} : { cause: recordExit(cause, events) }) };
}
