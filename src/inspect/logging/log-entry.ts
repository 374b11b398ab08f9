import type { ChildExit } from '../../supervisor/api/child-spec.js';
import type { Connection } from '../../supervisor/api/connection.js';
import type { DialerStatus } from '../../supervisor/api/dialer.js';
import type { DrainReport } from '../../supervisor/api/drain.js';
import type { SupervisorEvent } from '../../supervisor/api/events.js';
import type { CloseReport } from '../../transport/close-report.js';
import { explain } from '../../transport/explain.js';
import { describeThrown } from '../../transport/thrown.js';
import { LOGGED, type Masking } from '../redaction/masked.js';
import { withoutTimeline } from '../redaction/without-timeline.js';

/** How much a line matters, as in pino and `console`. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of a log, not yet written down. */
export interface LogEntry {
  /** Names the kind of line, for programs. */
  readonly event: string;
  /** `warn` and `error`: something is amiss on this side. */
  readonly level: LogLevel;
  /** One word for people. */
  readonly word: string;
  /** Whom it is about, for people: a connection or a child. */
  readonly about: string;
  readonly text: string;
  /** Whether it shows what a message holds: that is written as it is, since it is asked for. */
  readonly isData: boolean;
  /** What programs get. */
  readonly fields: Readonly<Record<string, unknown>>;
}

type Parts = Partial<Pick<LogEntry, 'about' | 'text' | 'fields' | 'level' | 'isData'>>;

/** Makes an entry; whatever is not given is empty. */
export function logEntry(
  event: string,
  word: string,
  { about = '', text = '', fields = {}, level = 'info', isData = false }: Parts = {},
): LogEntry {
  return { event, word, about, text, fields, level, isData };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** The account of a drain in one sentence: what became of how many. */
function accountOf({
  outcome,
  total,
  clean,
  forced,
  finishedByThemselves,
  left,
  refused,
  lingering,
  durationMs,
}: DrainReport): string {
  const parts = [
    [clean, `${clean} closed`],
    [forced, `${forced} forced`],
    [finishedByThemselves, `${finishedByThemselves} finished by themselves`],
    [left, `${left} left open`],
    [refused, `${counted(refused, 'newcomer')} refused`],
    [lingering.length, `${counted(lingering.length, 'handler')} still running`],
  ] as const;
  const how = outcome === 'drained' ? '' : `, ${outcome}`;
  return [
    `${counted(total, 'connection')} in ${seconds(durationMs)}${how}`,
    ...parts.flatMap(([count, text]) => (count === 0 ? [] : [text])),
  ].join(', ');
}

function opened(
  { type, connection }: { readonly type: string; readonly connection: Connection<unknown> },
  masking: Masking,
): LogEntry {
  const { id, childId = '', role, protocol, remoteAddress = 'an unknown address', request } = connection;
  const where =
    role === 'accepted' ? `${masking.url(request?.url ?? '')} from ${remoteAddress}` : `to ${remoteAddress}`;
  const text = protocol === '' ? where : `${where}, speaking ${masking.protocol(protocol)}`;
  return logEntry(type, 'opened', {
    about: `${id} ${childId}`,
    text,
    fields: { connection: connection.toJSON(), url: request?.url },
  });
}

/** A report without its timeline, whose reasons are hidden as a masking says. */
function shownReport(given: CloseReport, { reason }: Masking): CloseReport {
  const report = withoutTimeline(given);
  const masked = <T extends { readonly reason: string }>(part: T): T => ({ ...part, reason: reason(part.reason) });
  const { sent, received } = report;
  return {
    ...masked(report),
    ...(sent === undefined ? {} : { sent: masked(sent) }),
    ...(received === undefined ? {} : { received: masked(received) }),
  };
}

function ended(type: string, given: CloseReport, masking: Masking): LogEntry {
  const report = shownReport(given, masking);
  const { connectionId, childId = '', outcome } = report;
  const sentence = explain(report);
  const fields = { sentence, report };
  return logEntry(type, outcome, { about: `${connectionId} ${childId}`, text: sentence, fields });
}

const exitText = ({ reason, error }: ChildExit): string =>
  error === undefined ? `exit ${reason}` : `exit ${reason}: ${describeThrown(error)}`;

/** What has gone wrong; `text` stands before what was thrown. */
function failed(type: string, error: unknown, { about, text = '', fields }: Omit<Parts, 'level'> = {}): LogEntry {
  const parts = { text: `${text}${describeThrown(error)}`, fields: { ...fields, error }, level: 'error' } as const;
  return logEntry(type, 'error', about === undefined ? parts : { ...parts, about });
}

/** Dialing and being up show in the connections themselves. */
function statusChanged(type: string, childId: string, status: DialerStatus): LogEntry | undefined {
  switch (status.type) {
    case 'waiting': {
      const { attempt, delayMs } = status;
      const fields = { childId, status: 'waiting', attempt, delayMs: Math.round(delayMs) };
      return logEntry(type, 'waiting', { about: childId, text: `dials again in ${seconds(delayMs)}`, fields });
    }
    case 'stopped':
    case 'failed': {
      const { reason, error } = status.exit;
      const text = exitText(status.exit);
      return logEntry(type, status.type, {
        about: childId,
        text,
        fields: { childId, status: status.type, reason, error },
        level: status.type === 'failed' ? 'error' : 'info',
      });
    }
    default:
      return undefined;
  }
}

/**
 * Says what an event is worth in the log; `undefined` for what shows in another event.
 *
 * @param masking how to hide what only its place in the text says to be a secret; the log hides the rest.
 */
export function logEntryOf(event: SupervisorEvent, masking = LOGGED): LogEntry | undefined {
  const { type } = event;
  switch (event.type) {
    case 'connection.opened':
      return opened(event, masking);
    case 'connection.ended':
      return ended(type, event.report, masking);
    case 'dialer.status':
      return statusChanged(type, event.childId, event.status);
    case 'handshake.refused': {
      const { childId, status, why, url, remoteAddress = 'an unknown address', error } = event;
      const thrown = error === undefined ? '' : `: ${describeThrown(error)}`;
      const text = `${masking.url(url)} from ${remoteAddress} with ${status} (${why})${thrown}`;
      // A path that no listener takes is not about a listener.
      return logEntry(type, 'refused', {
        about: why === 'path' ? '' : childId,
        text,
        fields: { childId, status, why, url, remoteAddress: event.remoteAddress, error },
      });
    }
    case 'connection.throttled': {
      const { connectionId, limit } = event;
      const text = `its peer sends more than ${limit} allows, and is read no faster`;
      return logEntry(type, 'throttled', {
        about: connectionId,
        text,
        fields: { connectionId, limit },
      });
    }
    case 'listener.error':
      return failed(type, event.error, { about: event.childId, fields: { childId: event.childId } });
    case 'child.stuck': {
      const { childId, report } = event;
      const text = explain(shownReport(report, masking));
      return logEntry(type, 'stuck', { about: childId, text, fields: { childId, report }, level: 'warn' });
    }
    case 'child.restarting': {
      const { supervisor, exit, together, restarts } = event;
      return logEntry(type, 'restarting', {
        about: exit.id,
        text: exitText(exit),
        fields: { supervisor, exit, together, restarts },
        level: 'warn',
      });
    }
    case 'child.start-failed': {
      const { supervisor, childId, error } = event;
      return failed(type, error, { about: childId, text: 'cannot be started: ', fields: { supervisor, childId } });
    }
    case 'supervisor.escalated': {
      const { supervisor, exit, restarts, intensity } = event;
      const text = `${exitText(exit)}, after ${restarts} restarts within ${seconds(intensity.withinMs)}`;
      return logEntry(type, 'giving up', {
        about: exit.id,
        text,
        fields: { supervisor, exit, restarts, intensity },
        level: 'error',
      });
    }
    case 'handler.lingering':
      return logEntry(type, 'lingering', {
        about: event.connectionId,
        text: 'its handler still runs',
        fields: { connectionId: event.connectionId },
        level: 'warn',
      });
    case 'observer.threw':
      return failed(type, event.error);
    case 'supervisor.stopping':
      return logEntry(type, 'stopping', { text: 'closing what is left' });
    case 'drain.started':
      return logEntry(type, 'draining', {
        text: counted(event.connections, 'connection'),
        fields: { connections: event.connections },
      });
    case 'drain.progress':
      return logEntry(type, 'draining', { text: `${event.left} left`, fields: { left: event.left } });
    case 'drain.ended':
      return logEntry(type, 'drained', { text: accountOf(event.report), fields: { report: event.report } });
    case 'supervisor.stopped':
      return logEntry(type, 'stopped');
    default:
      return undefined;
  }
}
