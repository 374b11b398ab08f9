import type { CloseFrame, Unconfirmed } from '../close-report.js';
import type { WireEnd, WireEndKind } from '../wire-fact.js';

/** What has been seen of a wire's end so far: together in one object, since for most of its life a wire has none of it. */
export class Ending {
  /** The Close frames of either side. */
  sent: CloseFrame | undefined;
  received: CloseFrame | undefined;
  /** The socket's first error. */
  cause: Error | undefined;
  /** What is told once the handlers woken by the frames before it have had their turn. */
  deferred: (() => void) | undefined;
  /** Whether the peer broke the protocol, or the wire is ended as if it had. */
  hasFailed = false;
  isTerminated = false;
  isFinReceived = false;
}

/** What became of the messages of a wire. */
export interface Account {
  readonly unconfirmed: Unconfirmed;
  readonly discarded: Unconfirmed;
}

/** How a wire has ended whose socket is gone. */
export function endOfSocket({ sent, received, cause, isTerminated, isFinReceived }: Readonly<Ending>, { unconfirmed, discarded }: Account): WireEnd {
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
