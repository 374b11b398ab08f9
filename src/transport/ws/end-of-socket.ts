import type { CloseFrame, Unconfirmed } from '../close-report.js';
import type { WireEnd, WireEndKind } from '../wire-fact.js';

/** What a wire has seen when its socket is gone. */
export interface SeenOfSocket {
  readonly sent: CloseFrame | undefined;
  readonly received: CloseFrame | undefined;
  /** The socket's first error. */
  readonly cause: Error | undefined;
  readonly isTerminated: boolean;
  readonly isFinReceived: boolean;
  readonly unconfirmed: Unconfirmed;
  readonly discarded: Unconfirmed;
}

/** How a wire has ended whose socket is gone. */
export function endOfSocket({ sent, received, cause, isTerminated, isFinReceived, unconfirmed, discarded }: SeenOfSocket): WireEnd {
  return {
    kind: kindOf(sent !== undefined && received !== undefined, isTerminated, cause !== undefined && !isFinReceived),
    ...(sent === undefined ? {} : { sent }),
    ...(received === undefined ? {} : { received }),
    ...(cause === undefined ? {} : { cause }),
    unconfirmed,
    ...(discarded.frames === 0 ? {} : { discarded }),
  };
}

/** What comes after both Close frames have crossed does not matter any more, nor an error after the peer's FIN. */
function kindOf(haveCrossed: boolean, isTerminated: boolean, hasFailed: boolean): WireEndKind {
  if (haveCrossed) return 'closed';
  if (isTerminated) return 'terminated';
  return hasFailed ? 'socket-error' : 'socket-ended';
}
