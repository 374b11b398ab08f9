import type { HttpAnswer } from '../../transport/transport.js';
import type { Listener } from '../api/listener.js';
import type { AcceptingPause } from './listener-parent.js';

/** What was thrown, if something was. It may be anything, even `undefined`. */
export interface Failure {
  readonly error?: unknown;
}

/** Why an opening handshake is refused. */
export interface Fault extends Failure {
  readonly answer: HttpAnswer;
  readonly why: string;
  /** How long it had waited for `authenticate`, in ms, if its socket was lost meanwhile. */
  readonly waitedMs?: number | undefined;
}

/** A client that was refused because there was no room may come back in a second. */
export const NO_ROOM: HttpAnswer = { status: 503, headers: { 'retry-after': '1' } };

/** A client that has as many connections as it may have (RFC 6585 section 4) has to end one of them first. */
export const TOO_MANY: HttpAnswer = { status: 429, headers: { 'retry-after': '10' } };

/** The request is meant for another host (RFC 9110 section 15.5.20). */
export const MISDIRECTED: HttpAnswer = {
  status: 421,
  body: 'This service does not go by the name in the Host header.',
};

/** Why a listener refuses every client now; `undefined` if it lets clients in. */
export function closedFault(state: Listener['state'], draining: Pick<AcceptingPause, 'refuse'>): Fault | undefined {
  if (state !== 'listening') return { answer: NO_ROOM, why: state };
  const answer = draining.refuse();
  return answer === undefined ? undefined : { answer, why: 'draining' };
}
