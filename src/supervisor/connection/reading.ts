import type { ConnectionActor } from './connection-actor.js';
import { openDeadlinesOf } from './open-deadlines.js';
import { note } from './tap.js';

/*
 * Whether the socket of a connection is read. It is not while frames wait for the handler, and while the user has
 * paused it: both have a deadline. A throttle stops the reading by itself, and goes on only if neither does.
 */

/** Stops reading a socket because frames wait for the handler (`true`), or goes on reading. */
export function holdSocket(connection: ConnectionActor, isHeld: boolean): void {
  const { lazy } = connection;
  const wasStopped = isStopped(connection);
  lazy.isHeld = isHeld;
  changed(connection, wasStopped);
}

/** The user pauses the reading. Once the connection closes, its socket is read all the same, for the peer's Close. */
export function pause(connection: ConnectionActor): void {
  if (connection.openedNow === undefined || connection.report !== undefined || connection.isPaused) return;
  const wasStopped = isStopped(connection);
  connection.lazy.isPaused = true;
  connection.inbox.pausePush();
  changed(connection, wasStopped);
}

/** The user goes on: frames that were kept come first. */
export function resume(connection: ConnectionActor): void {
  if (!connection.isPaused) return;
  const wasStopped = isStopped(connection);
  connection.lazy.isPaused = false;
  // What this brings is put behind the frames that were kept.
  changed(connection, wasStopped);
  connection.inbox.resumePush();
}

/** The connection has left `open`: a pause of the user holds its socket no more. */
export function readOn(connection: ConnectionActor): void {
  if (connection.isPaused) changed(connection, true);
}

/** Whether frames that wait, or the user, keep the socket from being read. */
export function isStopped({ lazyIfMade, isOpen }: Pick<ConnectionActor, 'lazyIfMade' | 'isOpen'>): boolean {
  return lazyIfMade?.isHeld === true || (isOpen && lazyIfMade?.isPaused === true);
}

function changed(connection: ConnectionActor, wasStopped: boolean): void {
  const isNow = isStopped(connection);
  if (isNow === wasStopped) return;
  const { lazy, wire } = connection;
  note(connection, { type: isNow ? 'reading.paused' : 'reading.resumed' });
  if (isNow) {
    wire?.pause();
    if (connection.isOpen) openDeadlinesOf(connection).paused(connection.parent.limits.pausedWithinMs);
    return;
  }
  lazy.openDeadlines?.resumed();
  if (lazy.throttle?.isHolding !== true) wire?.resume();
}
