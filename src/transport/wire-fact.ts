import type { CloseFrame, Unconfirmed } from './close-report.js';
import type { HttpResponse } from './http-response.js';

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
  /** The proxy on the way to the server did not connect to it. */
  | 'proxy-refused'
  /** The opening handshake failed in any other way. */
  | 'dial-failed';

/**
 * What became of a message that a wire has taken: the kernel took it (`written`); it was dropped before that
 * (`discarded`); or it was given to a socket that ended before the kernel was known to have taken it (`unknown`).
 */
export type Fate = 'written' | 'discarded' | 'unknown';

/** How a wire ended: its last fact. */
export interface WireEnd {
  readonly kind: WireEndKind;
  readonly sent?: CloseFrame;
  readonly received?: CloseFrame;
  readonly cause?: Error;
  readonly httpStatus?: number;
  /** The rest of that response; not enumerable, since it may hold anything. */
  readonly httpResponse?: HttpResponse;
  /** `Retry-After` of a refusal, in ms. */
  readonly retryAfterMs?: number;
  readonly unconfirmed: Unconfirmed;
  /** Unconfirmed messages that the kernel is not known to have taken; absent if there are none. */
  readonly unwritten?: Unconfirmed;
  /** Unwritten messages that were certainly not sent; absent if there are none. */
  readonly discarded?: Unconfirmed;
}

/** Why a wire had to fail although its socket is still open. */
export type WireFault = 'protocol-error' | 'too-big' | 'limit' | 'socket-ended';

/** The opening handshake has succeeded. */
export interface WireOpened {
  readonly type: 'wire.opened';
  /** The negotiated subprotocol; empty if none. */
  readonly protocol: string;
  readonly remoteAddress: string | undefined;
}

/**
 * The peer's Close has come. Every frame before it was delivered, and the handlers woken by those frames have had their
 * turn, so that what they answered at once is sent before our own Close.
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

/** The socket is gone. Each wire emits this exactly once, as its last fact. */
export interface WireClosed {
  readonly type: 'wire.closed';
  readonly end: WireEnd;
}

/** What a wire measures of its reading. */
export interface Reading {
  /** About how many bytes of memory hold messages that have not come completely, and what was read and is not split. */
  readonly heldBytes: number;
  /**
   * Since when a message has not come completely, on the clock of `heardAt`; 0 if there is none. It begins again after
   * the wire was paused.
   */
  readonly partSince: number;
  /** Allows as much again as `WireOptions.allowance` says, from now on. */
  allow(): void;
}

/** How much may be read. */
export interface Allowance {
  /** Messages. Each fragment and each control frame counts as one, a compressed message as eight. */
  readonly messages: number;
  readonly bytes: number;
}

/** As much was read as the wire was allowed to read: see `WireOptions.allowance`. */
export interface WireAllowanceSpent {
  readonly type: 'wire.allowance-spent';
  readonly of: 'messages' | 'bytes';
}

/** What has come now ends in the middle of a message. */
export interface WirePartRead {
  readonly type: 'wire.part-read';
}

/** Facts of the life of a wire. */
export type WireLifeFact = WireOpened | WireClosing | WireFailed | WireClosed;

/**
 * The facts that a wire emits, in order: opened (dialed wires only), then closing or failed or neither, then closed.
 * While it is open there may be facts about its reading, any number of times.
 */
export type WireFact = WireLifeFact | WireAllowanceSpent | WirePartRead;
