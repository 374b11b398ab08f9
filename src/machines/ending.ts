import { assertNever } from '../transport/assert-never.js';
import type { CloseReport, CloseTrigger, EndedBy, Phase, StartedBy } from '../transport/close-report.js';
import { withErrorJson } from '../transport/error-json.js';
import { withHttpResponse } from '../transport/http-response.js';
import { reconnectDelayOf } from '../transport/reconnect-delay.js';
import { errorFrom } from '../transport/thrown.js';
import type { WireEnd } from '../transport/wire-fact.js';
import type { ConnectionEvent, connectionMachine } from './connection-machine.js';
import type { StateNameOf } from './machine-types.js';

/** What began the end of a connection, noted when it begins, and what has cut its closing handshake short. */
export interface CloseCause {
  readonly trigger: CloseTrigger;
  readonly startedBy: StartedBy;
  readonly phase: Phase;
  /** The code of the Close frame that began it; 1006 if none did. */
  readonly code: number;
  readonly reason: string;
  readonly cause: Error | undefined;
  /** What has cut the closing handshake short. */
  readonly endedBy?: EndedBy;
}

/** Begins the message of the error that stands for a thrown value that is none. */
export const HANDLER_THREW = 'the handler threw';

/** Makes a cause. Code 1006 says that no Close frame began the end (RFC 6455 section 7.1.5). */
function began(
  phase: Phase,
  trigger: CloseTrigger,
  startedBy: StartedBy,
  { code = 1006, reason = '', cause }: Partial<Pick<CloseCause, 'code' | 'reason' | 'cause'>> = {},
): CloseCause {
  return { trigger, startedBy, phase, code, reason, cause };
}

/** A dial that is called off has no Close frame. The trigger says whether the user called it off or something else. */
function calledOff(trigger: CloseTrigger): CloseCause {
  return began('connecting', trigger === 'close-called' || trigger === 'terminated' ? 'called-off' : trigger, 'local');
}

function endOfWire(phase: Phase, { kind, cause }: WireEnd): CloseCause {
  switch (kind) {
    case 'refused':
      return began(phase, 'refused', 'peer', { cause });
    case 'proxy-refused':
      return began(phase, 'proxy-refused', 'network', { cause });
    case 'dial-failed':
      return began(phase, 'dial-failed', 'network', { cause });
    case 'terminated':
      return began(phase, 'terminated', 'local', { cause });
    case 'socket-error':
      return began(phase, 'socket-error', 'network', { cause });
    case 'closed':
    case 'socket-ended':
      return began(phase, 'socket-ended', 'network', { cause });
    default:
      return assertNever(kind);
  }
}

/** Returns the cause that an event leading out of `connecting` or `open` stands for. */
export function closeCauseOf(phase: Phase, event: ConnectionEvent): CloseCause {
  switch (event.type) {
    case 'close':
      if (phase === 'connecting') return calledOff(event.trigger);
      return began(phase, event.trigger, 'local', { code: event.code, reason: event.reason });
    case 'terminate':
      if (phase === 'connecting') return calledOff(event.trigger);
      return began(phase, event.trigger, 'local');
    case 'handler.returned':
      return began(phase, 'handler-returned', 'local', { code: event.code, reason: event.reason });
    case 'handler.threw':
      return began(phase, 'handler-threw', 'local', { code: 1011, cause: errorFrom(event.error, HANDLER_THREW) });
    case 'wire.closing':
      return began(phase, 'peer-closed', 'peer', { code: event.received.code, reason: event.received.reason });
    case 'wire.failed':
      if (event.fault === 'socket-ended') return began(phase, 'socket-ended', 'network', { cause: event.cause });
      return began(phase, event.fault, 'local', { code: event.sent?.code ?? 1006, cause: event.cause });
    case 'wire.closed':
      return endOfWire(phase, event.end);
    case 'liveness.lost':
      return began(phase, 'liveness-lost', 'network');
    case 'deadline.open':
      return began(phase, 'open-deadline', 'local');
    case 'wire.opened':
    case 'deadline.close':
      throw new Error(`${event.type} begins no ending`);
    default:
      return assertNever(event);
  }
}

/** Returns what an event that leads out of `closing` too early says of it. */
function cutBy(event: ConnectionEvent): { readonly endedBy: EndedBy; readonly cause: Error | undefined } {
  switch (event.type) {
    case 'deadline.close':
      return { endedBy: 'close-deadline', cause: undefined };
    case 'liveness.lost':
      return { endedBy: 'liveness-lost', cause: undefined };
    case 'terminate':
      return { endedBy: event.trigger, cause: undefined };
    case 'wire.failed':
      return { endedBy: event.fault, cause: event.cause };
    case 'wire.closed': {
      const { kind, cause } = event.end;
      return { endedBy: kind === 'terminated' || kind === 'socket-error' ? kind : 'socket-ended', cause };
    }
    default:
      throw new Error(`${event.type} cuts no ending short`);
  }
}

/** Adds to a cause what has cut the closing handshake short. The first error stays. */
export function cutShort(closeCause: CloseCause, event: ConnectionEvent): CloseCause {
  const { endedBy, cause } = cutBy(event);
  return { ...closeCause, endedBy, cause: closeCause.cause ?? cause };
}

/**
 * Returns what is known of an ending after an event has led a connection from one state to another: nothing before the
 * ending begins; then what began it, and what has cut its closing handshake short.
 */
export function causeAfter(
  known: CloseCause | undefined,
  from: ConnectionStateName,
  to: ConnectionStateName,
  event: ConnectionEvent,
): CloseCause | undefined {
  switch (from) {
    case 'connecting':
    case 'open':
      return to === 'open' ? known : closeCauseOf(from, event);
    case 'closing':
      return to === 'failed' && known !== undefined ? cutShort(known, event) : known;
    case 'closed':
    case 'failed':
      return known;
    default:
      return assertNever(from);
  }
}

/** Returns the error of the handler that a report shows beside its cause: the first one. */
export function keptError(
  known: { readonly error: unknown } | undefined,
  event: ConnectionEvent | undefined,
): { readonly error: unknown } | undefined {
  return known ?? (event?.type === 'handler.threw' ? { error: event.error } : undefined);
}

/** The states of a connection, as users see them. */
export type ConnectionStateName = StateNameOf<typeof connectionMachine>;

/** What a wire has counted, and when it last heard of its peer. */
export interface WireCounts {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Monotonic ms; 0 if the peer was never heard. */
  readonly heardAt: number;
}

/** The fields of a report in addition to the cause of the close and the end of the wire. */
export interface Circumstances {
  readonly outcome: CloseReport['outcome'];
  readonly connectionId: string;
  readonly childId: string | undefined;
  readonly epoch: number | undefined;
  readonly role: CloseReport['role'];
  readonly remoteAddress: string | undefined;
  /** What was counted; `undefined` for a dial that never came to a wire. */
  readonly wire: WireCounts | undefined;
  /** When it opened, monotonic ms. */
  readonly openedNow: number | undefined;
  /** Unix ms. */
  readonly endedAt: number;
  /** The same moment, monotonic ms. */
  readonly now: number;
  readonly localStallMs: number;
  readonly handlerError: { readonly error: unknown } | undefined;
}

/**
 * Converts a moment of the monotonic clock to Unix ms. It counts back from the end, so that differences within one
 * report are durations, even if the wall clock was set meanwhile.
 */
function inUnixMs(moment: number, { endedAt, now }: Circumstances): number {
  return Math.round(endedAt - (now - moment));
}

/**
 * Returns after how long the peer asks for the next attempt: from a header of a refusal, or from the reason of a 1012
 * or 1013.
 */
export function advisedDelay({ retryAfterMs, received }: WireEnd): number | undefined {
  if (retryAfterMs !== undefined) return retryAfterMs;
  return received?.code === 1012 || received?.code === 1013 ? reconnectDelayOf(received.reason) : undefined;
}

/** A report that is still being filled in. */
type Draft = { -readonly [K in keyof CloseReport]: CloseReport[K] };

/** Makes the report of a connection whose socket is gone. Fields that do not apply are absent. */
export function reportOf(closeCause: CloseCause, end: WireEnd, seen: Circumstances): CloseReport {
  const { wire } = seen;
  const report: Draft = {
    outcome: seen.outcome,
    code: closeCause.code,
    reason: closeCause.reason,
    wasClean: end.sent !== undefined && end.received !== undefined,
    startedBy: closeCause.startedBy,
    phase: closeCause.phase,
    trigger: closeCause.trigger,
    unconfirmed: end.unconfirmed,
    localStallMs: seen.localStallMs,
    connectionId: seen.connectionId,
    role: seen.role,
    endedAt: seen.endedAt,
    framesIn: wire?.framesIn ?? 0,
    framesOut: wire?.framesOut ?? 0,
    bytesIn: wire?.bytesIn ?? 0,
    bytesOut: wire?.bytesOut ?? 0,
  };
  const cause = closeCause.cause ?? end.cause;
  const retryAfterMs = advisedDelay(end);
  if (closeCause.endedBy !== undefined) report.endedBy = closeCause.endedBy;
  if (end.unwritten !== undefined) report.unwritten = end.unwritten;
  if (end.discarded !== undefined) report.discarded = end.discarded;
  if (end.sent !== undefined) report.sent = end.sent;
  if (end.received !== undefined) report.received = end.received;
  if (end.httpStatus !== undefined) report.httpStatus = end.httpStatus;
  if (retryAfterMs !== undefined) report.retryAfterMs = retryAfterMs;
  if (cause !== undefined) report.cause = cause;
  if (seen.handlerError !== undefined) report.handlerError = seen.handlerError.error;
  if (wire !== undefined && wire.heardAt !== 0) report.lastHeardAt = inUnixMs(wire.heardAt, seen);
  if (seen.childId !== undefined) report.childId = seen.childId;
  if (seen.epoch !== undefined) report.epoch = seen.epoch;
  if (seen.remoteAddress !== undefined) report.remoteAddress = seen.remoteAddress;
  if (seen.openedNow !== undefined) report.openedAt = inUnixMs(seen.openedNow, seen);
  withHttpResponse(report, end.httpResponse);
  return 'cause' in report || 'handlerError' in report ? withErrorJson(report) : report;
}
