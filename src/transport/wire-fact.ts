import type { CloseFrame, Unconfirmed } from './close-report.js';

/** What ended a wire's socket. */
export type WireEndKind =
  /** Both Close frames crossed and TCP ended. */
  | 'closed'
  /** `terminate` was called. */
  | 'terminated'
  /** TCP ended without both Close frames. */
  | 'socket-ended'
  /** TCP failed; `cause` says how. */
  | 'socket-error'
  /** The server answered the opening handshake with another status than 101. */
  | 'refused'
  /** The opening handshake failed in any other way. */
  | 'dial-failed';

/**
 * What became of a message that a wire has taken: handed to the kernel; thrown away before it got that far; or given to
 * a socket that ended before the kernel was known to have it.
 */
export type Fate = 'written' | 'discarded' | 'unknown';

/** How a wire ended: its last fact. */
export interface WireEnd {
  readonly kind: WireEndKind;
  readonly sent?: CloseFrame;
  readonly received?: CloseFrame;
  readonly cause?: Error;
  readonly httpStatus?: number;
  /** `Retry-After` of a refusal, in ms. */
  readonly retryAfterMs?: number;
  readonly unconfirmed: Unconfirmed;
  /** Those of the unconfirmed not known to have got as far as the kernel; absent if there are none. */
  readonly unwritten?: Unconfirmed;
  /** Those of the unwritten that are known never to have left; absent if there are none. */
  readonly discarded?: Unconfirmed;
}

/** Why a wire can go on no longer although its socket is still there. */
export type WireFault = 'protocol-error' | 'too-big' | 'limit' | 'socket-ended';

/** The opening handshake has succeeded. */
export interface WireOpened {
  readonly type: 'wire.opened';
  /** The negotiated subprotocol; empty if none. */
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
}

/**
 * The peer's Close has come. Every frame before it has been delivered, and handlers woken by those frames have had
 * their turn, so what they answered at once precedes our own Close.
 */
export interface WireClosing {
  readonly type: 'wire.closing';
  readonly received: CloseFrame;
}

/** The wire has failed the connection (RFC 6455 section 7.1.7) and will deliver nothing more. */
export interface WireFailed {
  readonly type: 'wire.failed';
  readonly fault: WireFault;
  /** The Close frame sent because of it, if one was. */
  readonly sent?: CloseFrame;
  readonly cause: Error;
}

/** The socket is gone. Exactly one for each wire, always the last fact. */
export interface WireClosed {
  readonly type: 'wire.closed';
  readonly end: WireEnd;
}

/**
 * What a wire tells of its life, in order: opened (dialed wires only), then closing or failed or neither, then closed.
 */
export type WireFact = WireOpened | WireClosing | WireFailed | WireClosed;
