import type { Connection } from '../../../supervisor/api/connection.js';
import type { Dialer } from '../../../supervisor/api/dialer.js';
import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../../transport/close-report.js';
import type { Detail, SubjectRef } from '../protocol/detail.js';
import { connectionRow } from '../shown/connection-row.js';
import { endingDetail } from '../shown/shown-report.js';
import { supervisorAt } from '../shown/tree.js';

/** The parts of a `Detail` that are not its timeline. */
export type Facts = Omit<Detail, 'type' | 'at' | 'timeline' | 'timelineFrom' | 'timelineMissed' | 'download'>;

/** What a viewer follows, as it was found. */
export interface Followed {
  /** What observers are given for it; `undefined` for an ending whose connection is gone. */
  readonly handle: Connection<unknown> | Dialer | Supervisor | undefined;
  readonly report: CloseReport | undefined;
}

/** Where to look for a subject. */
export interface Places {
  readonly top: Supervisor;
  /** The reports that are kept. */
  ending(connectionId: string): CloseReport | undefined;
}

/** Finds a subject; `undefined` if there is none. */
export function find({ top, ending }: Places, subject: SubjectRef): Followed | undefined {
  if (subject.machine === 'connection') {
    const connection = top.connections.get(subject.connectionId);
    if (connection !== undefined) return { handle: connection, report: undefined };
    const report = ending(subject.connectionId);
    return report === undefined ? undefined : { handle: undefined, report };
  }
  const supervisor = supervisorAt(top, subject.supervisor);
  if (subject.machine === 'supervisor')
    return supervisor === undefined ? undefined : { handle: supervisor, report: undefined };
  const child = supervisor?.child(subject.childId);
  return child?.kind === 'dialer' ? { handle: child, report: undefined } : undefined;
}

/** Describes a subject as it is now. `path` is its whole state, where a step of it was seen. */
export function factsOf(
  subject: SubjectRef,
  followed: Followed | undefined,
  path: string | undefined,
  showsReasons: boolean,
): Facts {
  const { machine } = subject;
  const base = { subject, machine } as const;
  if (followed === undefined) return { ...base, presence: 'unknown' };
  const { handle, report } = followed;
  const ended = report ?? (isConnection(handle) ? handle.report : undefined);
  if (handle === undefined || isConnection(handle)) {
    return {
      ...base,
      presence: ended === undefined ? 'live' : 'ended',
      path: pathOf(path, ended?.outcome ?? handle?.state ?? 'closed'),
      ...(handle === undefined ? {} : { connection: connectionRow(handle) }),
      ...(ended === undefined ? {} : { ending: endingDetail(ended, showsReasons) }),
    };
  }
  const isOver = handle.state === 'stopped' || handle.state === 'failed';
  const common = { ...base, presence: isOver ? 'ended' : 'live', path: pathOf(path, handle.state) } as const;
  if (handle.kind === 'supervisor') return common;
  const { connection, lastReport } = handle;
  const connectionIds = [connection?.id, lastReport?.connectionId].filter((id) => id !== undefined);
  return { ...common, connectionIds: [...new Set(connectionIds)] };
}

function isConnection(handle: Followed['handle']): handle is Connection<unknown> {
  return handle !== undefined && 'bufferedBytes' in handle;
}

/** The inner part of a state is known from its last step, as long as no step was missed. */
function pathOf(path: string | undefined, state: string): string {
  return path !== undefined && (path === state || path.startsWith(`${state}.`)) ? path : state;
}
