import type { IncomingMessage } from 'node:http';
import {
  type ChildExit,
  type CloseReport,
  type Connection,
  type DialerStatus,
  type DrainReport,
  explain,
  type SupervisorEvent,
} from '../../index.js';
import { messageOf } from '../process/message-of.js';
import { MASKED, type Masking } from './masked.js';

/** One line of the service's log, not yet written down. */
export interface Entry {
  /** Names the kind of line, for programs. */
  readonly event: string;
  /** Whether something is amiss on this side; `--quiet` leaves only these. */
  readonly isTrouble: boolean;
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

type Parts = Partial<Pick<Entry, 'about' | 'text' | 'fields' | 'isTrouble' | 'isData'>>;

/** Makes an entry; whatever is not given is empty. */
export function entry(
  event: string,
  word: string,
  { about = '', text = '', fields = {}, isTrouble = false, isData = false }: Parts = {},
): Entry {
  return { event, word, about, text, fields, isTrouble, isData };
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
): Entry {
  const { id, childId = '', role, protocol, remoteAddress = 'an unknown address', request } = connection;
  const where =
    role === 'accepted' ? `${masking.url(request?.url ?? '')} from ${remoteAddress}` : `to ${remoteAddress}`;
  const text = protocol === '' ? where : `${where}, speaking ${masking.protocol(protocol)}`;
  return entry(type, 'opened', {
    about: `${id} ${childId}`,
    text,
    fields: { connection: connection.toJSON(), url: request?.url },
  });
}

function ended({ type, report }: { readonly type: string; readonly report: CloseReport }): Entry {
  const { connectionId, childId = '', outcome } = report;
  const sentence = explain(report);
  return entry(type, outcome, { about: `${connectionId} ${childId}`, text: sentence, fields: { sentence, report } });
}

/** A plain request for a host that is not served here. */
export function misdirected(
  { url = '', headers: { host = '' }, socket: { remoteAddress } }: IncomingMessage,
  masking: Masking,
): Entry {
  const from = remoteAddress ?? 'an unknown address';
  const why = `host ${JSON.stringify(host)} is not served here; see --host-name`;
  const text = `${masking.url(url)} from ${from} with 421 (${why})`;
  return entry('request.refused', 'refused', { text, fields: { status: 421, why: 'host', url, host, remoteAddress } });
}

const exitText = ({ reason, error }: ChildExit): string =>
  error === undefined ? `exit ${reason}` : `exit ${reason}: ${messageOf(error)}`;

/** Dialing and being up show in the connections themselves. */
function statusChanged(type: string, childId: string, status: DialerStatus): Entry | undefined {
  switch (status.type) {
    case 'waiting': {
      const { attempt, delayMs } = status;
      const fields = { childId, status: 'waiting', attempt, delayMs: Math.round(delayMs) };
      return entry(type, 'waiting', { about: childId, text: `dials again in ${seconds(delayMs)}`, fields });
    }
    case 'stopped':
    case 'failed': {
      const { reason, error } = status.exit;
      const text = exitText(status.exit);
      return entry(type, status.type, {
        about: childId,
        text,
        fields: { childId, status: status.type, reason, error },
        isTrouble: status.type === 'failed',
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
export function entryOf(event: SupervisorEvent, masking = MASKED): Entry | undefined {
  const { type } = event;
  switch (event.type) {
    case 'connection.opened':
      return opened(event, masking);
    case 'connection.ended':
      return ended(event);
    case 'dialer.status':
      return statusChanged(type, event.childId, event.status);
    case 'handshake.refused': {
      const { childId, status, why, url, remoteAddress = 'an unknown address', error } = event;
      const thrown = error === undefined ? '' : `: ${messageOf(error)}`;
      const text = `${masking.url(url)} from ${remoteAddress} with ${status} (${why})${thrown}`;
      // A path that no listener takes is not about a listener.
      return entry(type, 'refused', {
        about: why === 'path' ? '' : childId,
        text,
        fields: { childId, status, why, url, remoteAddress: event.remoteAddress, error },
      });
    }
    case 'listener.error':
      return entry(type, 'error', {
        about: event.childId,
        text: messageOf(event.error),
        fields: { childId: event.childId, error: event.error },
        isTrouble: true,
      });
    case 'child.stuck':
      return entry(type, 'stuck', {
        about: event.childId,
        text: explain(event.report),
        fields: { childId: event.childId, report: event.report },
        isTrouble: true,
      });
    case 'child.restarting': {
      const { supervisor, exit, together, restarts } = event;
      return entry(type, 'restarting', {
        about: exit.id,
        text: exitText(exit),
        fields: { supervisor, exit, together, restarts },
        isTrouble: true,
      });
    }
    case 'child.start-failed': {
      const { supervisor, childId, error } = event;
      return entry(type, 'error', {
        about: childId,
        text: `cannot be started: ${messageOf(error)}`,
        fields: { supervisor, childId, error },
        isTrouble: true,
      });
    }
    case 'supervisor.escalated': {
      const { supervisor, exit, restarts, intensity } = event;
      const text = `${exitText(exit)}, after ${restarts} restarts within ${seconds(intensity.withinMs)}`;
      return entry(type, 'giving up', {
        about: exit.id,
        text,
        fields: { supervisor, exit, restarts, intensity },
        isTrouble: true,
      });
    }
    case 'handler.lingering':
      return entry(type, 'lingering', {
        about: event.connectionId,
        text: 'its handler still runs',
        fields: { connectionId: event.connectionId },
        isTrouble: true,
      });
    case 'observer.threw':
      return entry(type, 'error', { text: messageOf(event.error), fields: { error: event.error }, isTrouble: true });
    case 'supervisor.stopping':
      return entry(type, 'stopping', { text: 'closing what is left; another signal drops it' });
    case 'drain.started':
      return entry(type, 'draining', {
        text: `${counted(event.connections, 'connection')}; another signal drops them`,
        fields: { connections: event.connections },
      });
    case 'drain.progress':
      return entry(type, 'draining', { text: `${event.left} left`, fields: { left: event.left } });
    case 'drain.ended':
      return entry(type, 'drained', { text: accountOf(event.report), fields: { report: event.report } });
    case 'supervisor.stopped':
      return entry(type, 'stopped');
    default:
      return undefined;
  }
}
