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
  /** Taken, and not known to have been read by the peer. */
  readonly unconfirmed: Unconfirmed;
  /** Not known to be in the kernel's hands. */
  readonly unwritten: Unconfirmed;
  readonly discarded: Unconfirmed;
}

/** How a wire has ended whose socket is gone. */
export function endOfSocket({ sent, received, cause, isTerminated, isFinReceived }: Readonly<Ending>, { unconfirmed, unwritten, discarded }: Account): WireEnd {
  const kind = kindOf(sent !== undefined && received !== undefined, isTerminated, cause !== undefined && !isFinReceived);
  return {
    kind,
    ...(sent === undefined ? {} : { sent }),
    ...(received === undefined ? {} : { received }),
    ...(cause === undefined ? {} : { cause }),
    // A peer that has answered our Close, or waits for it, reads what precedes it.
    unconfirmed: kind === 'closed' ? unwritten : unconfirmed,
    ...(unwritten.frames === 0 ? {} : { unwritten }),
    ...(discarded.frames === 0 ? {} : { discarded }),
  };
}

/** What comes after both Close frames have crossed does not matter any more, nor an error after the peer's FIN. */
function kindOf(haveCrossed: boolean, isTerminated: boolean, hasFailed: boolean): WireEndKind {
  if (haveCrossed) return 'closed';
  if (isTerminated) return 'terminated';
  return hasFailed ? 'socket-error' : 'socket-ended';
}
