import type { CloseReport } from '../../transport/close-report.js';
import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { ConnectionRequest } from './connection-request.js';
import type { HeaderFields } from './dial-options.js';

/**
 * Follows the opening handshakes of a supervisor and of its child supervisors: see `Supervisor.followHandshakes`.
 * Tracing stands on it: a follower may add header fields to a dial, and run the user's code of a handshake in a context
 * of its own.
 *
 * What a follower throws is reported as `observer.threw`; the handshake goes on without it.
 */
export interface HandshakeFollower {
  /**
   * A dialer is made, by `dial`, `connect`, or a child spec. What this returns is `origin` of each of its handshakes:
   * later attempts have none of the caller's asynchronous context.
   */
  planned?(): unknown;
  /** An opening handshake begins. Returns what follows it; `undefined` if nothing does. */
  began(handshake: Handshake): FollowedHandshake | undefined;
}

/** One opening handshake: of a client that asks to be accepted, or of one attempt of a dialer. */
export type Handshake = AcceptedHandshake | DialedHandshake;

/** What both kinds of handshakes have. */
interface AnyHandshake {
  /** The listener or dialer that it belongs to. */
  readonly childId: string;
  /** The supervisor's clock. */
  readonly clock: Clock;
}

/** The opening handshake of a client. */
export interface AcceptedHandshake extends AnyHandshake {
  readonly role: 'accepted';
  readonly request: ConnectionRequest;
}

/** The opening handshake of one attempt of a dialer. */
export interface DialedHandshake extends AnyHandshake {
  readonly role: 'dialed';
  readonly connection: Connection<unknown>;
  /** Its number in the present outage, from 1. */
  readonly attempt: number;
  /** What `planned` of the same follower returned when the dialer was made; `undefined` if it was not called. */
  readonly origin: unknown;
}

/** Follows one opening handshake to its end, which is exactly one of `opened`, `refused`, and `failed`. */
export interface FollowedHandshake {
  /**
   * The URL of a dial is known, and its header fields.
   *
   * @returns header fields to add. Those that the user has set stay as they are.
   */
  dials?(url: string): HeaderFields | undefined;
  /**
   * Runs the user's code of this handshake or of its connection: `authenticate`, `url`, `headers`, or the handler. It
   * has to call `code` before it returns. What comes later in an asynchronous function runs in the same context.
   */
  run?(code: () => void): void;
  /** The connection is open; its handler has not started yet. */
  opened?(connection: Connection<unknown>): void;
  /** A client was answered with an HTTP error instead of 101, or left to other code: then the status is 0. */
  refused?(refusal: { readonly status: number; readonly why: string; readonly error?: unknown }): void;
  /** A dial has ended without an open connection. */
  failed?(report: CloseReport): void;
}
