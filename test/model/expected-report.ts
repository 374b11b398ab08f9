import type { ConnectionEvent } from '../../src/machines/index.js';
import type { CloseReport, EndedBy } from '../../src/transport/close-report.js';
import type { WireEndKind } from '../../src/transport/wire-fact.js';
import type { Step } from './connection-system.js';

type Verdict = Pick<CloseReport, 'trigger' | 'startedBy' | 'code'> & Partial<CloseReport>;

const isBegun = (state: string) => state !== 'connecting' && state !== 'open';

const ENDS: Readonly<Partial<Record<WireEndKind, Verdict>>> = {
  refused: { trigger: 'refused', startedBy: 'peer', code: 1006, httpStatus: 403 },
  'dial-failed': { trigger: 'dial-failed', startedBy: 'network', code: 1006 },
  'socket-error': { trigger: 'socket-error', startedBy: 'network', code: 1006 },
};

function verdictOn(event: ConnectionEvent): Verdict {
  switch (event.type) {
    case 'close':
      return {
        trigger: event.trigger,
        startedBy: 'local',
        code: event.code,
        reason: event.reason,
        sent: { code: event.code, reason: event.reason },
      };
    case 'terminate':
      return { trigger: event.trigger, startedBy: 'local', code: 1006 };
    case 'handler.returned':
      return { trigger: 'handler-returned', startedBy: 'local', code: event.code, reason: event.reason };
    case 'handler.threw':
      return { trigger: 'handler-threw', startedBy: 'local', code: 1011, reason: '', handlerError: event.error };
    case 'wire.closing':
      return {
        trigger: 'peer-closed',
        startedBy: 'peer',
        code: event.received.code,
        reason: event.received.reason,
        received: event.received,
      };
    case 'wire.failed':
      if (event.fault === 'socket-ended') return { trigger: 'socket-ended', startedBy: 'network', code: 1006 };
      return { trigger: event.fault, startedBy: 'local', code: event.sent?.code ?? 1006 };
    case 'wire.closed': {
      const verdict = ENDS[event.end.kind];
      if (verdict === undefined) throw new Error(`no walk ends ${event.end.kind} without a closing handshake`);
      return verdict;
    }
    case 'liveness.lost':
      return { trigger: 'liveness-lost', startedBy: 'network', code: 1006 };
    case 'deadline.open':
      return { trigger: 'open-deadline', startedBy: 'local', code: 1006 };
    case 'wire.opened':
    case 'deadline.close':
      throw new Error(`${event.type} begins no ending`);
  }
}

function cutBy(event: ConnectionEvent): EndedBy {
  switch (event.type) {
    case 'terminate':
      return event.trigger;
    case 'wire.failed':
      return event.fault;
    case 'wire.closed':
      return event.end.kind === 'socket-error' ? 'socket-error' : 'socket-ended';
    case 'liveness.lost':
      return 'liveness-lost';
    case 'deadline.close':
      return 'close-deadline';
    default:
      throw new Error(`${event.type} cuts no ending short`);
  }
}

/** What the report must say after these steps, by the words of the documents and not by the runtime's code. */
export function expectedReport(steps: readonly Step[]): Partial<CloseReport> {
  const first = steps.find(({ from, to }) => !isBegun(from) && isBegun(to));
  const end = steps.findLast(({ from, to }) => from !== to);
  if (first === undefined || end === undefined) throw new Error('these steps end nothing');
  const verdict = first.from === 'connecting' ? endOfOpening(first.event) : verdictOn(first.event);
  const wasCutShort = end.from === 'closing.awaitingPeer' && end.to === 'failed';
  const thrown = steps.find(({ event }) => event.type === 'handler.threw')?.event;
  return {
    ...verdict,
    phase: first.from === 'connecting' ? 'connecting' : 'open',
    outcome: end.to === 'closed' ? 'closed' : 'failed',
    wasClean: steps.some(({ to }) => to === 'closing.crossed'),
    ...(wasCutShort ? { endedBy: cutBy(end.event) } : {}),
    ...(thrown?.type === 'handler.threw' ? { handlerError: thrown.error } : {}),
  };
}

function endOfOpening(event: ConnectionEvent): Verdict {
  if (event.type === 'close' || event.type === 'terminate')
    return { trigger: 'called-off', startedBy: 'local', code: 1006 };
  return verdictOn(event);
}
